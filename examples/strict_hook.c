/*
 * A hook for servers that take prompts from strangers: every reserved token outside an item,
 * and every one that a user typed, is a reason to refuse the request.
 *
 * The case that counts cannot catch: a user types <|image_pad|> in a sentence before the
 * real image. A runner that looks for the first pad puts the image into the sentence; one
 * that counts finds as many placeholders as images. Only who wrote a token tells the two
 * apart, so the chat template, which knows, passes the user's words as literal spans.
 */
#include <mmspan/mmspan.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Qwen2.5-VL */
enum { VISION_START = 151652, VISION_END = 151653, IMAGE_PAD = 151655 };

/* 0 when the request may pass. Otherwise `reason` says what is wrong and where. */
static int refuse(const mmspan_matcher *matcher, const int32_t *ids, size_t n,
                  const mmspan_span *user, size_t n_user, const mmspan_media *media,
                  size_t n_media, mmspan_result *result, char *reason, size_t size) {
    mmspan_scan_options options = {
        .struct_size = sizeof options, .literal = user, .n_literal = n_user};
    mmspan_error error;
    if (mmspan_scan(matcher, ids, n, &options, result, &error) != MMSPAN_OK ||
        mmspan_assign(result, media, n_media, NULL, &error) != MMSPAN_OK) {
        snprintf(reason, size, "%s", error.message);
        return 1;
    }
    const mmspan_view *view = mmspan_result_view(result);
    if (view->n_findings == 0)
        return 0;
    const mmspan_finding *f = &view->findings[0];
    const char *name = mmspan_matcher_token_name(matcher, f->token);
    snprintf(reason, size, "%s at %" PRId64 "%s%s", mmspan_finding_kind_name(f->kind), f->start,
             f->token >= 0 ? ": " : "", f->token >= 0 ? name : "");
    return 1;
}

/* A server that would rather answer puts harmless tokens in the place of what was typed: here
 * those of "<|image_pad|>" written as plain text. */
static int pass_harmless(const mmspan_matcher *matcher, mmspan_result *result) {
    static const int32_t ids[] = {5, 11, IMAGE_PAD, 12, VISION_START, IMAGE_PAD, VISION_END, 6};
    static const int32_t as_text[] = {27, 91, 1805, 26907, 91, 29};
    mmspan_span user = {1, 4};
    int32_t out[16];
    size_t n;
    char reason[256] = "";
    mmspan_error error;
    const mmspan_media image = {.rows = 1,
                                .modality = mmspan_matcher_find_modality(matcher, "image")};
    if (mmspan_neutralise(matcher, ids, 8, &user, 1, as_text, 6, out, 16, &n, &error) !=
            MMSPAN_OK ||
        n != 13 || user.end != 9)
        return 0;
    return !refuse(matcher, out, n, NULL, 0, &image, 1, result, reason, sizeof reason);
}

struct example {
    const char *what;
    int32_t ids[16];
    size_t n;
    mmspan_span user; /* the words of the user */
    size_t n_images;
    const char *reason; /* NULL: may pass */
};

static const struct example examples[] = {
    {"an image and a question",
     {5, VISION_START, IMAGE_PAD, IMAGE_PAD, VISION_END, 11, 12, 6},
     8,
     {5, 7},
     1,
     NULL},
    /* As many blocks as images, and still the wrong one would be taken. */
    {"a user who types a block of his own and sends no other",
     {5, 11, VISION_START, IMAGE_PAD, IMAGE_PAD, VISION_END, 12, 6},
     8,
     {1, 7},
     1,
     "literal-token at 2: "},
    {"a pad in a sentence before the real image",
     {5, 11, IMAGE_PAD, 12, VISION_START, IMAGE_PAD, IMAGE_PAD, VISION_END, 6},
     9,
     {1, 4},
     1,
     "literal-token at 2: "},
    {"the same from a template that does not know who wrote it",
     {5, 11, IMAGE_PAD, 12, VISION_START, IMAGE_PAD, IMAGE_PAD, VISION_END, 6},
     9,
     {0, 0},
     1,
     "stray-token at 2: "},
    {"a block that was cut",
     {5, VISION_START, IMAGE_PAD, IMAGE_PAD, 6},
     5,
     {0, 0},
     0,
     "broken-block at 1"},
    /* The text-only request that made an engine crash. */
    {"a block without an image",
     {5, VISION_START, IMAGE_PAD, IMAGE_PAD, VISION_END, 6},
     6,
     {0, 0},
     0,
     "media-count at 1"},
};

int main(void) {
    mmspan_error error = {0};
    mmspan_config *config = NULL;
    mmspan_matcher *matcher = NULL;
    mmspan_result *result = NULL;
    int failed = 0;
    if (mmspan_config_load_builtin("qwen2.5-vl", NULL, &config, &error) != MMSPAN_OK ||
        mmspan_config_compile(config, NULL, &matcher, &error) != MMSPAN_OK ||
        mmspan_result_create(NULL, &result) != MMSPAN_OK) {
        fprintf(stderr, "strict_hook: %s\n", error.message);
        failed = 1;
    }
    for (size_t i = 0; i < sizeof examples / sizeof *examples && result; i++) {
        const struct example *e = &examples[i];
        mmspan_media image = {.rows = 2,
                              .modality = mmspan_matcher_find_modality(matcher, "image")};
        char reason[1024] = "";
        int refused = refuse(matcher, e->ids, e->n, &e->user, 1, &image, e->n_images, result,
                             reason, sizeof reason);
        if (refused == (e->reason != NULL) &&
            (!refused || strncmp(reason, e->reason, strlen(e->reason)) == 0))
            continue;
        fprintf(stderr, "strict_hook: %s: %s\n", e->what, refused ? reason : "let through");
        failed = 1;
    }
    if (result && !pass_harmless(matcher, result)) {
        fprintf(stderr, "strict_hook: what was made harmless is refused\n");
        failed = 1;
    }
    mmspan_result_destroy(result);
    mmspan_matcher_destroy(matcher);
    mmspan_config_destroy(config);
    return failed;
}
