/* A program that has its token IDs and needs no YAML. */
#include <mmspan/matcher.h>
#include <mmspan/scan.h>
#include <mmspan/spec.h>

#include <stdio.h>
#include <string.h>

static mmspan_status add_token(mmspan_spec *spec, const char *name, int32_t id,
                               mmspan_error *error) {
    mmspan_token_decl token = {.struct_size = sizeof token};
    token.kind = MMSPAN_TOKEN_ID;
    token.name = name;
    token.ids = &id;
    token.n_ids = 1;
    return mmspan_spec_add_token(spec, &token, error);
}

static mmspan_status make_matcher(mmspan_spec *spec, mmspan_matcher **matcher,
                                  mmspan_error *error) {
    mmspan_modality_decl image = {.struct_size = sizeof image};
    image.name = "image";
    image.pattern = "boi patch+ eoi";
    const char *const patch = "patch";
    mmspan_embed_decl embed = {.tokens = &patch, .n_tokens = 1};
    image.embed = &embed;
    image.n_embed = 1;
    mmspan_status status = add_token(spec, "boi", 1001, error);
    if (status == MMSPAN_OK)
        status = add_token(spec, "patch", 1002, error);
    if (status == MMSPAN_OK)
        status = add_token(spec, "eoi", 1003, error);
    if (status == MMSPAN_OK)
        status = mmspan_spec_add_modality(spec, &image, error);
    if (status == MMSPAN_OK)
        status = mmspan_compile(spec, NULL, matcher, error);
    return status;
}

static int is_expected(const mmspan_view *view) {
    return view->n_items == 1 && view->items[0].start == 1 && view->items[0].end == 6 &&
           view->items[0].rows == 3 && view->n_findings == 0;
}

int main(void) {
    static const int32_t prompt[] = {2, 1001, 1002, 1002, 1002, 1003, 7};
    mmspan_error error = {0};
    mmspan_spec *spec = NULL;
    mmspan_matcher *matcher = NULL;
    mmspan_result *result = NULL;
    mmspan_status status = mmspan_spec_create(NULL, &spec);
    if (status == MMSPAN_OK)
        status = make_matcher(spec, &matcher, &error);
    if (status == MMSPAN_OK)
        status = mmspan_result_create(NULL, &result);
    if (status == MMSPAN_OK)
        status = mmspan_scan(matcher, prompt, sizeof prompt / sizeof prompt[0], NULL, result,
                             &error);
    int fine = status == MMSPAN_OK && is_expected(mmspan_result_view(result)) &&
               strcmp(mmspan_version(), MMSPAN_VERSION) == 0;
    if (status != MMSPAN_OK)
        fprintf(stderr, "%s: %s\n", mmspan_status_text(status), error.message);
    else if (!fine)
        fprintf(stderr, "not the item or the version that was expected\n");
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
    mmspan_spec_destroy(spec);
    return !fine;
}
