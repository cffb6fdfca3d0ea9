/* What the parts of `onboard` share: the facts of a folder, and what is made of them. */
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
    unsigned depth; /* of the path: 0 for a key at the top */
    unsigned order; /* in which it was read */
    bool foreign;   /* about another model in the folder, as one that speaks */
    bool used;      /* the draft says what it says */
};

/* File by file as they are believed, and in a file what stands at the top first. Texts of the
 * facts live in `blocks`. */
struct facts {
    struct fact *list;
    size_t n;
    size_t cap;
    struct block *blocks;
};

/* Reads the JSON files of a folder, as far as they are there. */
mmspan_status facts_read(struct facts *facts, const char *folder, mmspan_error *error);
void facts_free(struct facts *facts);

/* The text at a path of the file; NULL when there is none. */
const char *facts_text(const struct facts *facts, const char *file, const char *path);

/* The size of the vocabulary, from where the language model is described; NULL: unknown. */
struct fact *facts_vocab_size(const struct facts *facts);

/* VISION stands for image and video; MEDIA_NONE for no modality at all. */
enum media { MEDIA_IMAGE, MEDIA_VIDEO, MEDIA_AUDIO, N_MEDIA, MEDIA_VISION, MEDIA_NONE };

extern const char *const media_names[N_MEDIA];

/* PLAIN is a bare "image", which means what is left for it. */
enum role { ROLE_BEGIN, ROLE_PATCH, ROLE_END, ROLE_BREAK, N_ROLES, ROLE_PLAIN, ROLE_NONE };

struct meaning {
    enum media media;
    enum role role;
};

/* The meaning of a piece ("<|image_pad|>") and of a key ("boi_token_id"). */
struct meaning meaning_of_piece(const char *text, size_t size);
struct meaning meaning_of_key(const char *key);

/* Does the key name a token? */
bool names_token(const char *key);

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
    struct fact *rows;     /* a rule that is certain, or NULL */
    struct fact *maybe;    /* a number that may be the rule */
    struct fact *conflict; /* one of those that says another number than the first */
    struct fact *crossed;  /* what says that its embeddings are not in the prompt */
    bool dropped;          /* and `reason` says why */
    char reason[256];
};

/* Everything about the folder. */
struct onboard {
    const char *folder;
    char name[128]; /* of the model */
    struct facts facts;
    mmspan_tokenizer *tokenizer; /* NULL: none */
    bool partial;                /* the tokenizer has added tokens only */
    int32_t *named;              /* the IDs that the facts give, sorted */
    size_t n_named;
    struct draft_modality media[N_MEDIA];
};

/* The ID that a fact gives, by itself or by a piece of the tokenizer. */
bool fact_id(const struct onboard *onboard, const struct fact *fact, int32_t *id);

/* Collects the IDs that the facts give; false when memory is out. Then, does one give it? */
bool named_collect(struct onboard *onboard);
bool is_named(const struct onboard *onboard, int32_t id);

/* Finds out which token plays which role, and how many rows the media have. */
void draft_assign(struct onboard *onboard);
void draft_find_rows(struct onboard *onboard);

/* Does a modality have what a block needs? */
bool draft_has_modality(const struct draft_modality *modality);

/* Adds `"<image>" (5)`. */
void draft_describe(const struct draft_token *token, struct buffer *out);

/* Adds the draft as YAML, with or without examples. */
void draft_write(const struct onboard *onboard, bool examples, struct buffer *out);

/* Adds what the shipped configs that come nearest have in common with such a draft. */
mmspan_status draft_compare(const struct onboard *onboard, struct buffer *out);

/* Can text be a string in YAML: is it UTF-8 without NUL, and not empty? */
bool yaml_can_say(const char *text, size_t size);

/* Adds such text as a YAML string in quotes. */
void yaml_string(struct buffer *out, const char *text, size_t size);

/* Adds text to a comment: on one line, printable. */
void yaml_comment(struct buffer *out, const char *text, size_t size);

/* How a config is related to the folder's model. */
enum kinship {
    KIN_NONE,
    KIN_PART,   /* a part of the model is of the config's architecture */
    KIN_SOURCE, /* the IDs of the config are from the sources of the same architecture */
    KIN_TYPE,   /* the config has the name of the architecture */
    KIN_NAME    /* it is the model */
};

enum kinship kinship(const struct onboard *onboard, const mmspan_config *config);

/* How alike the names are, for what nothing else decides. */
int likeness(const struct onboard *onboard, const mmspan_config *config);

/* What the folder says of a token of a shipped config. */
enum standing {
    TOKEN_SAME,       /* the piece has the same ID */
    TOKEN_NAMED,      /* a JSON file names the ID */
    TOKEN_MOVED,      /* there is another ID for it */
    TOKEN_FOUND,      /* the config has a piece only, and here is the ID for it */
    TOKEN_ROLE,       /* a JSON file names another ID for what its name says */
    TOKEN_UNVERIFIED, /* nothing */
    TOKEN_UNCOUNTED,  /* nothing can be said of such a token */
    TOKEN_ABSENT      /* it is not there, and should be */
};

/* *id receives the ID that it has here. */
enum standing standing_of(const struct onboard *onboard, const mmspan_token_decl *decl,
                          int32_t *id);

/* How a shipped config fits the folder. */
struct family {
    const char *name;
    enum kinship kinship;
    size_t n_tokens;
    size_t n_same;      /* by their pieces */
    size_t n_named;     /* by ID */
    size_t n_moved;     /* with another ID for the piece */
    size_t n_role;      /* with another ID for its role */
    size_t n_found;     /* pieces for which the config has no ID */
    size_t n_unknown;   /* of which the folder says nothing, and might */
    size_t n_uncounted; /* of which no folder says anything */
    size_t n_covered;   /* tokens that the folder's files name, and the config has */
    size_t n_uncovered; /* and those that it has not */
    bool unwritten;     /* a token has an ID neither in the config nor in the folder */
    int rows;           /* 1: as the folder says; -1: other ones; 0: not known */
    int likeness;
};

/* Finds the shipped config that fits best; best->name is NULL when none does. `others`
 * receives the names of those that fit as well. */
mmspan_status family_find(const struct onboard *onboard, struct family *best,
                          struct buffer *others);

/* What is taken over: all; all but examples; or these with one number of rows also where the
 * folder says two, which `adjacent: split` asks for. */
enum adopted { ADOPT_ALL, ADOPT_RULES, ADOPT_STRICT, N_ADOPTED };

/* Adds the family's config with the folder's IDs, rows and vocabulary size. `notes` receives
 * what differs. false when it cannot be done. */
bool family_write(const struct onboard *onboard, const struct family *family,
                  enum adopted adopted, struct buffer *notes, struct buffer *out);

/* The one number of rows that a rule in words allows, or of which it allows the multiples; 0
 * when it is of another kind. */
int64_t unit_of_rows(const char *rule);

/* The number of rows that the folder gives for a modality, or NULL. */
struct fact *folder_rows(const struct onboard *onboard, int media);

/* Does the fact give a number of rows? Marks those that give this one as used. */
bool names_rows(const struct fact *fact);
void rows_mark_used(const struct onboard *onboard, int64_t number);

/* Does the text of a config pass what `mmspan check` checks? If not, `error` says why. */
bool passes_check(const struct buffer *text, mmspan_tokenizer *tokenizer, mmspan_error *error);

/* Marks the facts that a config with this text uses, and adds comments on those that no draft
 * does. */
void facts_mark_used(struct onboard *onboard, const struct buffer *text);
void facts_list_unused(const struct onboard *onboard, struct buffer *out);

#endif
