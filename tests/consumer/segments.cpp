// Feeds a prompt to a llama.cpp-style decoder: a batch of tokens for each stretch of text,
// a batch of embeddings for each image.
#include <mmspan/mmspan.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
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

// What llama_batch.token and llama_batch.embd would hold.
struct TextBatch {
    std::vector<std::int32_t> tokens;
};
struct MediaBatch {
    std::string modality;
    std::int32_t media;     // which image of the request
    std::int64_t first_row; // of the rows of its modality
    std::int64_t n_rows;
};
using Batch = std::variant<TextBatch, MediaBatch>;

void check(mmspan_status status, const mmspan_error &error) {
    if (status != MMSPAN_OK)
        throw std::runtime_error(error.message);
}

Matcher make_matcher(const char *model) {
    mmspan_error error = {};
    mmspan_config *config = nullptr;
    check(mmspan_config_load_builtin(model, nullptr, &config, &error), error);
    Config owner(config);
    mmspan_matcher *matcher = nullptr;
    check(mmspan_config_compile(config, nullptr, &matcher, &error), error);
    return Matcher(matcher);
}

// Begin and end tokens are text to the decoder: it takes the rows of an item as embeddings
// and everything else as tokens, in the order of the prompt.
void add_item(std::vector<Batch> &batches, const mmspan_matcher *matcher,
              const mmspan_view *view, const mmspan_item &item,
              const std::vector<std::int32_t> &prompt) {
    std::int64_t at = item.start;
    auto add_text = [&](std::int64_t end) {
        if (end > at)
            batches.push_back(TextBatch{{prompt.begin() + at, prompt.begin() + end}});
    };
    for (std::int64_t r = item.first_run; r < item.first_run + item.n_runs; r++) {
        const mmspan_run &run = view->runs[r];
        add_text(run.start);
        batches.push_back(MediaBatch{mmspan_matcher_modality_name(matcher, run.modality),
                                     item.media, run.row, run.length});
        at = run.start + run.length;
    }
    add_text(item.end);
}

std::vector<Batch> make_batches(const mmspan_matcher *matcher, mmspan_result *result,
                                const std::vector<std::int32_t> &prompt,
                                const std::vector<mmspan_media> &media) {
    mmspan_error error = {};
    check(mmspan_scan(matcher, prompt.data(), prompt.size(), nullptr, result, &error), error);
    check(mmspan_assign(result, media.data(), media.size(), nullptr, &error), error);
    const mmspan_view *view = mmspan_result_view(result);
    if (view->n_findings > 0)
        throw std::runtime_error(mmspan_finding_kind_name(view->findings[0].kind));
    std::vector<mmspan_segment> segments(2 * view->n_items + 1);
    std::size_t n = 0;
    check(mmspan_segments(result, segments.data(), segments.size(), &n, &error), error);
    segments.resize(n);
    std::vector<Batch> batches;
    for (const mmspan_segment &segment : segments) {
        if (segment.item < 0)
            batches.push_back(
                TextBatch{{prompt.begin() + segment.start, prompt.begin() + segment.end}});
        else
            add_item(batches, matcher, view, view->items[segment.item], prompt);
    }
    return batches;
}

std::string describe(const std::vector<Batch> &batches) {
    std::string text;
    for (const Batch &batch : batches) {
        if (const auto *tokens = std::get_if<TextBatch>(&batch)) {
            text += "text " + std::to_string(tokens->tokens.size()) + "; ";
        } else {
            const auto &rows = std::get<MediaBatch>(batch);
            text += rows.modality + " " + std::to_string(rows.media) + " rows " +
                    std::to_string(rows.first_row) + "+" + std::to_string(rows.n_rows) + "; ";
        }
    }
    return text;
}

} // namespace

int main() {
    try {
        constexpr std::int32_t boi = 255999, patch = 258880, eoi = 258882;
        Matcher matcher = make_matcher("gemma-4");
        mmspan_result *raw = nullptr;
        if (mmspan_result_create(nullptr, &raw) != MMSPAN_OK)
            return 1;
        Result result(raw);
        const std::vector<std::int32_t> prompt = {2,   boi,   patch, patch, patch, eoi,
                                                  boi, patch, patch, eoi,   107};
        std::vector<mmspan_media> media(2);
        media[0].rows = 3;
        media[1].rows = 2;
        const std::string found =
            describe(make_batches(matcher.get(), result.get(), prompt, media));
        const std::string wanted = "text 1; text 1; image 0 rows 0+3; text 1; "
                                   "text 1; image 1 rows 3+2; text 1; text 1; ";
        if (found == wanted)
            return 0;
        std::fprintf(stderr, "segments: %s\ninstead of %s\n", found.c_str(), wanted.c_str());
    } catch (const std::exception &exception) {
        std::fprintf(stderr, "segments: %s\n", exception.what());
    }
    return 1;
}
