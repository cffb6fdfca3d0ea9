/* A C++ program that uses a built-in config, so that libyaml has to be linked. */
#include <mmspan/mmspan.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

namespace {

template <auto destroy> struct Destroy {
    template <typename Object> void operator()(Object *object) const {
        destroy(object);
    }
};

using Config = std::unique_ptr<mmspan_config, Destroy<mmspan_config_destroy>>;
using Matcher = std::unique_ptr<mmspan_matcher, Destroy<mmspan_matcher_destroy>>;
using Result = std::unique_ptr<mmspan_result, Destroy<mmspan_result_destroy>>;

int report(const mmspan_error &error) {
    std::fprintf(stderr, "%s\n", error.message);
    return 1;
}

} // namespace

int main() {
    mmspan_error error = {};
    mmspan_config *raw_config = nullptr;
    if (mmspan_config_load_builtin("gemma-4", nullptr, &raw_config, &error) != MMSPAN_OK)
        return report(error);
    Config config(raw_config);
    mmspan_matcher *raw_matcher = nullptr;
    if (mmspan_config_compile(config.get(), nullptr, &raw_matcher, &error) != MMSPAN_OK)
        return report(error);
    Matcher matcher(raw_matcher);
    mmspan_result *raw_result = nullptr;
    if (mmspan_result_create(nullptr, &raw_result) != MMSPAN_OK)
        return 1;
    Result result(raw_result);

    std::vector<std::int32_t> prompt = {2, 255999};
    prompt.insert(prompt.end(), 256, 258880);
    prompt.push_back(258882);
    if (mmspan_scan(matcher.get(), prompt.data(), prompt.size(), nullptr, result.get(),
                    &error) != MMSPAN_OK)
        return report(error);
    const mmspan_view *view = mmspan_result_view(result.get());
    if (view->n_items != 1 || view->items[0].rows != 256) {
        std::fprintf(stderr, "expected one item of 256 rows\n");
        return 1;
    }
    return 0;
}
