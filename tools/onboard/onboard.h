/* From a model's folder to the draft of a config: what the parts of `onboard` share. */
#ifndef MMSPAN_TOOLS_ONBOARD_H
#define MMSPAN_TOOLS_ONBOARD_H

#include "../../include/mmspan/mmspan.h"
#include "../../include/mmspan/tokenizer.h"
#include "../output/buffer.h"

#include <stdbool.h>

/* A member of a JSON file that may matter: a number, or a text (then `text` is not NULL). */
struct fact {
    const char *file; /* without its folder */
    const char *path; /* "text_config.vocab_size" */
    const char *key;  /* the last part of the path */
    const char *text;
    int64_t number;
};

/* Texts of the facts live in `blocks`. */
struct facts {
    struct fact *list;
    size_t n;
    size_t cap;
    struct block *blocks;
};

/* Reads the JSON files of a folder, as far as they are there. */
int facts_read(struct facts *facts, const char *folder);
void facts_free(struct facts *facts);

/* The first fact with the key in the file, or in any file when that is NULL; NULL when
 * there is none. */
const struct fact *facts_find(const struct facts *facts, const char *file, const char *key);

/* The size of the vocabulary, from where the language model is described; NULL: unknown. */
const struct fact *facts_vocab_size(const struct facts *facts);

/* VISION stands for image and video; MEDIA_NONE for no modality at all. */
enum media { MEDIA_IMAGE, MEDIA_VIDEO, MEDIA_AUDIO, N_MEDIA, MEDIA_VISION, MEDIA_NONE };

/* PLAIN is a bare "image", which means what is left for it. */
enum role { ROLE_BEGIN, ROLE_PATCH, ROLE_END, ROLE_BREAK, N_ROLES, ROLE_PLAIN, ROLE_NONE };

struct meaning {
    enum media media;
    enum role role;
};

/* The meaning of a piece ("<|image_pad|>") and of a key ("boi_token_id"). */
struct meaning meaning_of_piece(const char *text, size_t size);
struct meaning meaning_of_key(const char *key);

/* A token of the draft. `why` says where it is from; NULL: there is none. */
struct draft_token {
    int32_t id;
    const char *piece; /* NULL: unknown */
    size_t piece_size;
    const char *why;
    const char *where; /* the file of a fact, or NULL: its name is all there is */
    size_t n_others;   /* pieces of which the same could be guessed */
};

struct draft_modality {
    struct draft_token tokens[N_ROLES];
    const struct fact *rows;  /* a rule that is certain, or NULL */
    const struct fact *maybe; /* a number that may be the rule */
    bool dropped;             /* and `reason` says why */
    char reason[256];
};

/* Everything about the folder. */
struct onboard {
    const char *folder;
    char name[128]; /* of the model */
    struct facts facts;
    mmspan_tokenizer *tokenizer; /* NULL: none */
    struct draft_modality media[N_MEDIA];
};

/* Finds out which token plays which role. */
void draft_assign(struct onboard *onboard);

/* Does a modality have what a block needs? */
bool draft_has_modality(const struct draft_modality *modality);

/* Adds `"<image>" (5)`. */
void draft_describe(const struct draft_token *token, struct buffer *out);

/* Adds the draft as YAML, with or without examples. */
void draft_write(const struct onboard *onboard, bool examples, struct buffer *out);

/* Can text be a string in YAML: is it UTF-8 without NUL, and not empty? */
bool yaml_can_say(const char *text, size_t size);

/* Adds such text as a YAML string in quotes. */
void yaml_string(struct buffer *out, const char *text, size_t size);

/* Adds text to a comment: on one line, printable. */
void yaml_comment(struct buffer *out, const char *text);

/* How a shipped config fits the folder. Only a config whose pieces the tokenizer has all
 * fits, and that has all tokens that the folder names. */
struct family {
    const char *name;
    size_t n_same;  /* pieces with the same ID */
    size_t n_moved; /* pieces with another ID */
    size_t n_open;  /* pieces for which the config has no ID */
    size_t n_named; /* tokens that the folder's files name and the config has */
    int likeness;   /* of its names to the folder's */
};

/* Finds the shipped config that fits best; best->name is NULL when none does. `others`
 * receives the names of those that fit as well. */
int family_find(const struct onboard *onboard, struct family *best, struct buffer *others);

/* Adds the family's config with the folder's IDs and vocabulary size. Without `examples`,
 * leaves those out. `notes` receives what differs. false when it cannot be done. */
bool family_write(const struct onboard *onboard, const struct family *family, bool examples,
                  struct buffer *notes, struct buffer *out);

/* Does the text of a config pass what `mmspan check` checks? If not, `error` says why. */
bool passes_check(const struct buffer *text, mmspan_tokenizer *tokenizer, mmspan_error *error);

#endif
