/* The examples that stand in the headers, one function each, as parts of a program. */
#include <mmspan/mmspan.h>
#include <mmspan/tokenizer.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A prompt of Gemma 4 with an image of three rows. */
static const int32_t ids[] = {2, 255999, 258880, 258880, 258880, 258882};
static mmspan_error err;

/* mmspan/config.h */
static mmspan_matcher *load_config(void) {
    mmspan_matcher *matcher = NULL;
    mmspan_config *config;
    if (mmspan_config_load_builtin("gemma-4", NULL, &config, &err) == MMSPAN_OK &&
        mmspan_config_compile(config, NULL, &matcher, &err) == MMSPAN_OK)
        mmspan_config_destroy(config);
    return matcher;
}

/* mmspan/spec.h */
static mmspan_matcher *build_spec(void) {
    mmspan_matcher *matcher = NULL;
    mmspan_spec *spec;
    mmspan_spec_create(NULL, &spec);
    int32_t boi = 255999, eoi = 258882, patch = 258880;
    mmspan_spec_add_token(spec,
                          &(mmspan_token_decl){.struct_size = sizeof(mmspan_token_decl),
                                               .name = "boi",
                                               .kind = MMSPAN_TOKEN_ID,
                                               .ids = &boi,
                                               .n_ids = 1},
                          &err);
    mmspan_spec_add_token(
        spec,
        &(mmspan_token_decl){
            .struct_size = sizeof(mmspan_token_decl), .name = "eoi", .ids = &eoi, .n_ids = 1},
        &err);
    mmspan_spec_add_token(spec,
                          &(mmspan_token_decl){.struct_size = sizeof(mmspan_token_decl),
                                               .name = "patch",
                                               .ids = &patch,
                                               .n_ids = 1},
                          &err);
    mmspan_spec_add_modality(
        spec,
        &(mmspan_modality_decl){
            .struct_size = sizeof(mmspan_modality_decl),
            .name = "image",
            .pattern = "boi patch+ eoi",
            .embed = &(mmspan_embed_decl){.tokens = &(const char *){"patch"}, .n_tokens = 1},
            .n_embed = 1},
        &err);
    mmspan_compile(spec, NULL, &matcher, &err);
    mmspan_spec_destroy(spec);
    return matcher;
}

/* mmspan/scan.h, mmspan/ops.h */
static int scan(const mmspan_matcher *matcher) {
    const size_t n = sizeof ids / sizeof *ids;
    mmspan_result *result;
    mmspan_result_create(NULL, &result);
    if (mmspan_scan(matcher, ids, n, NULL, result, &err) == MMSPAN_OK) {
        const mmspan_view *view = mmspan_result_view(result);
        for (size_t i = 0; i < view->n_items; i++)
            printf("%" PRId64 "\n", view->items[i].start);
    }
    const mmspan_view *seen = mmspan_result_view(result);
    int fine = seen->n_items == 1 && seen->items[0].rows == 3;

    const int64_t start = 1;
    const int64_t chunk = 2;
    int64_t end = mmspan_cut_before(result, start + chunk);
    if (end <= start)
        end = mmspan_cut_after(result, start + chunk);
    mmspan_result_destroy(result);
    return fine && end == 6;
}

/* mmspan/batch.h */
static int scan_batch(const mmspan_matcher *matcher) {
    /* Two prompts, of 64-bit IDs. */
    static const int64_t tokens[] = {2, 255999, 258880, 258882, 255999, 258880, 258882, 107};
    static const int64_t offsets[] = {0, 4, 8};
    const size_t n = sizeof tokens / sizeof *tokens;
    const size_t n_sequences = 2;
    mmspan_batch *batch;
    mmspan_batch_create(NULL, &batch);
    mmspan_ids values = {.data = tokens, .n = n, .type = MMSPAN_IDS_INT64};
    mmspan_scan_batch(matcher, &values, offsets, n_sequences, NULL, batch, &err);
    const mmspan_ragged *view = mmspan_batch_view(batch);
    int fine = view->n_items == 2 && view->item_offsets[1] == 1 && view->items[1].start == 0;
    mmspan_batch_destroy(batch);
    return fine;
}

/* mmspan/detect.h */
static int detect(void) {
    const int32_t *tokens = ids;
    const size_t n = sizeof ids / sizeof *ids;
    mmspan_detector *detector;
    mmspan_fit fits[MMSPAN_MAX_FITS];
    size_t n_fits = 0;
    mmspan_ids sample = {.data = tokens, .n = n, .type = MMSPAN_IDS_INT32};
    mmspan_detector_create(NULL, &detector, &err);
    mmspan_detect(detector, &sample, NULL, 0, fits, MMSPAN_MAX_FITS, &n_fits, &err);
    for (size_t i = 0; i < n_fits && fits[i].rank; i++)
        printf("%" PRId64 ". %s\n", fits[i].rank, fits[i].model);
    mmspan_detector_destroy(detector);
    return n_fits > 0 && strcmp(fits[0].model, "gemma-4") == 0 && fits[0].rank == 1;
}

/* mmspan/tokenizer.h; here without a tokenizer, so that it must fail. */
static int resolve_pieces(void) {
    mmspan_config *config = NULL;
    mmspan_tokenizer *tokenizer;
    if (mmspan_tokenizer_open("gemma-3-4b-it", NULL, &tokenizer, &err) == MMSPAN_OK) {
        mmspan_resolver resolver = {mmspan_tokenizer_resolve, tokenizer};
        mmspan_load_options options = {.struct_size = sizeof options, .resolver = &resolver};
        mmspan_config_load_file("my-model.yaml", &options, &config, &err);
        mmspan_tokenizer_destroy(tokenizer);
    }
    mmspan_config_destroy(config);
    return err.status == MMSPAN_E_IO && strcmp(err.file, "gemma-3-4b-it") == 0;
}

int main(void) {
    mmspan_matcher *loaded = load_config();
    mmspan_matcher *built = build_spec();
    int fine = loaded && built && scan(loaded) && scan(built) && scan_batch(loaded) &&
               detect() && resolve_pieces();
    if (!fine)
        fprintf(stderr, "header_examples: %s\n", err.message);
    mmspan_matcher_destroy(loaded);
    mmspan_matcher_destroy(built);
    return !fine;
}
