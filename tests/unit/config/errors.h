/* Configs that are wrong, and what must be said about them: one entry per rule. */
#ifndef MMSPAN_TEST_CONFIG_ERRORS_H
#define MMSPAN_TEST_CONFIG_ERRORS_H

#include "../../../include/mmspan/base.h"

struct wrong_config {
    const char *yaml;
    mmspan_status status;
    uint32_t line;
    uint32_t column;
    const char *path;
    const char *message; /* a part of it */
};

/* Three lines that are right, so that a mistake stands in line 4 or after. */
#define TOP        "mmspan: 1\nmodel: m\ntokens: {a: 1, b: 2, c: 3}\n"
#define MODALITIES "modalities: {image: {begin: a, patch: b, end: c, bare: b}}\n"
#define ALL        TOP MODALITIES
/* Line 3 begins the tokens; what follows is line 4. */
#define TOKENS "mmspan: 1\nmodel: m\ntokens:\n"
#define IMAGE  TOP "modalities:\n  image:\n    patch: b\n"

#define SYNTAX MMSPAN_E_SYNTAX
#define CONFIG MMSPAN_E_CONFIG
#define LIMIT  MMSPAN_E_LIMIT

static const struct wrong_config wrong_configs[] = {
    /* Not YAML, or not one mapping. */
    {"", CONFIG, 1, 1, "", "empty"},
    {"# only a comment\n", CONFIG, 1, 1, "", "empty"},
    {"mmspan: 1\nmodel: [a, b\n", SYNTAX, 3, 1, "", "not valid YAML"},
    {"mmspan: 1\n\tmodel: m\n", SYNTAX, 2, 1, "", "not valid YAML"},
    {"mmspan: 1\nmodel: \xff\n", SYNTAX, 2, 8, "", "UTF-8"},
    {"mmspan: 1\nmodel: a\x01\n", SYNTAX, 2, 9, "", "byte 0x01"},
    {"mmspan: 1\nmodel: a\x1f\n", SYNTAX, 2, 9, "", "byte 0x1F"},
    {"mmspan: 1\nmodel: a\x7f\n", SYNTAX, 2, 9, "", "byte 0x7F"},
    {"mmspan: 1\nabout: \"a\\0b\"\n", CONFIG, 2, 8, "", "NUL"},
    {"--- {mmspan: 1}\n--- {mmspan: 1}\n", CONFIG, 2, 1, "", "second YAML document"},
    {"just words\n", CONFIG, 1, 1, "", "must be a mapping"},
    {"[1, 2]\n", CONFIG, 1, 1, "", "must be a mapping, but this is a list"},
    {"mmspan: 1\n? [a, b]\n: 1\n", CONFIG, 2, 3, "", "a key must be a word"},
    {"mmspan: !!int 1\n", CONFIG, 1, 9, "", "tags"},
    {"mmspan: *x\n", SYNTAX, 1, 9, "", "no anchor &x"},
    {"mmspan: 1\nsources: &x [a, *x]\n", CONFIG, 2, 17, "", "*x contains itself"},

    /* The version comes first, wherever it stands. */
    {"model: m\n", CONFIG, 1, 1, "mmspan", "begins with \"mmspan: 1\""},
    {"modle: m\nmmspan: 2\n", CONFIG, 2, 9, "mmspan", "version 2 is not known"},
    {"mmspan: \"1\"\n", CONFIG, 1, 9, "mmspan", "must be an integer, but \"1\" is a string"},
    {"mmspan: 1.0\n", CONFIG, 1, 9, "mmspan", "must be an integer"},

    /* The top level. */
    {ALL "exmaples: []\n", CONFIG, 5, 1, "exmaples", "did you mean \"examples\"?"},
    {ALL "modle: n\n", CONFIG, 5, 1, "modle", "did you mean \"model\"?"},
    {ALL "zzz: 1\n", CONFIG, 5, 1, "zzz", "its keys are mmspan, model, about, lef"},
    {ALL "model: n\n", CONFIG, 5, 1, "model", "given twice; the first is in line 2"},
    {"mmspan: 1\n", CONFIG, 1, 1, "model", "needs the key \"model\""},
    {"mmspan: 1\nmodel: m\n" MODALITIES, CONFIG, 1, 1, "tokens", "needs the key \"tokens\""},
    {TOP, CONFIG, 1, 1, "modalities", "needs the key \"modalities\""},
    {TOP "modalities: {}\n", CONFIG, 4, 13, "modalities", "at least one modality"},
    {TOP "modalities:\n", CONFIG, 4, 12, "modalities", "a value is missing"},
    {TOP "modalities: [a]\n", CONFIG, 4, 13, "modalities", "must be a mapping"},
    {"mmspan: 1\nmodel: a/b\n", CONFIG, 2, 8, "model", "letters, digits"},
    {"mmspan: 1\nmodel: 4\n", CONFIG, 2, 8, "model", "put it in quotes"},
    {"mmspan: 1\nmodel: \"\"\n", CONFIG, 2, 8, "model", "must not be empty"},
    {ALL "vocab_size: 0\n", CONFIG, 5, 13, "vocab_size", "between 1 and 2147483647"},
    {ALL "vocab_size: 2147483648\n", CONFIG, 5, 13, "vocab_size", "does not fit in an int32"},
    {ALL "huggingface: {a: b}\n", CONFIG, 5, 14, "huggingface", "a string or a list"},
    {ALL "huggingface: [a, 5]\n", CONFIG, 5, 18, "huggingface[1]", "must be a string"},
    {ALL "sources: x\n", CONFIG, 5, 10, "sources", "must be a list"},

    /* Tokens. */
    {TOKENS "  a: x\n" MODALITIES, CONFIG, 4, 6, "tokens.a", "an integer or a mapping"},
    {TOKENS "  a: \"5\"\n" MODALITIES, CONFIG, 4, 6, "tokens.a", "\"5\" is a string"},
    {TOKENS "  a: 2147483648\n" MODALITIES, CONFIG, 4, 6, "tokens.a",
     "does not fit in an int32"},
    {TOKENS "  a: {id: -2147483649}\n" MODALITIES, CONFIG, 4, 11, "tokens.a.id",
     "does not fit in an int32"},
    {TOKENS "  a: {id: 99999999999999999999}\n" MODALITIES, CONFIG, 4, 11, "tokens.a.id",
     "int32"},
    {TOKENS "  a: {id: 010}\n" MODALITIES, CONFIG, 4, 11, "tokens.a.id", "leading zero"},
    {TOKENS "  a: {id: -010}\n" MODALITIES, CONFIG, 4, 11, "tokens.a.id", "leading zero"},
    {TOKENS "  a: {id: 1.5}\n" MODALITIES, CONFIG, 4, 11, "tokens.a.id", "must be an integer"},
    {TOKENS "  a: {id: [1]}\n" MODALITIES, CONFIG, 4, 11, "tokens.a.id", "but this is a list"},
    {TOKENS "  a: {}\n" MODALITIES, CONFIG, 4, 6, "tokens.a",
     "give one of id, ids, any and range"},
    {TOKENS "  a: {piece: x}\n  b: 2\n  c: 3\n" MODALITIES, MMSPAN_E_UNSUPPORTED, 4, 6,
     "tokens.a", "token a has a piece but no ID; looking it up needs a tokenizer"},
    {TOKENS "  b: 2\n  a: {piece: x}\n  c: {piece: y}\n" MODALITIES, MMSPAN_E_UNSUPPORTED, 5, 6,
     "tokens.a", "tokens a, c have a piece but no ID"},
    {TOKENS "  a: {piece: x}\n" MODALITIES, CONFIG, 5, 39, "modalities.image.patch",
     "no token is named \"b\""},
    {TOKENS "  a: {id: 1, ids: [2]}\n" MODALITIES, CONFIG, 4, 19, "tokens.a.ids",
     "exclude each other"},
    {TOKENS "  a: {ids: []}\n" MODALITIES, CONFIG, 4, 12, "tokens.a.ids", "no IDs"},
    {TOKENS "  a: {ids: [1, x]}\n" MODALITIES, CONFIG, 4, 16, "tokens.a.ids[1]",
     "must be an integer"},
    {TOKENS "  a: {range: [1]}\n" MODALITIES, CONFIG, 4, 14, "tokens.a.range", "two IDs"},
    {TOKENS "  a: {range: [5, 4]}\n" MODALITIES, CONFIG, 4, 14, "tokens.a.range",
     "5 is above 4"},
    {TOKENS "  a: {id: 1, ordinary: yes}\n" MODALITIES, CONFIG, 4, 24, "tokens.a.ordinary",
     "true or false"},
    {TOKENS "  a: {id: 1, pice: x}\n" MODALITIES, CONFIG, 4, 14, "tokens.a.pice",
     "did you mean \"piece\"?"},
    {TOKENS "  a: {id: 1, piece: 7}\n" MODALITIES, CONFIG, 4, 21, "tokens.a.piece",
     "put it in quotes"},
    {TOKENS "  a: {id: 1, evidence: D}\n" MODALITIES, CONFIG, 4, 24, "tokens.a.evidence",
     "A, B or C"},
    {TOKENS "  a: 1\n  a: 2\n" MODALITIES, CONFIG, 5, 3, "tokens.a", "the first is in line 4"},
    {TOKENS "  a b: 1\n" MODALITIES, CONFIG, 4, 3, "tokens.a b", "cannot name a token"},
    {TOKENS "  text: 1\n" MODALITIES, CONFIG, 4, 3, "tokens.text", "cannot be named \"text\""},

    /* Modalities. */
    {IMAGE "    patsch: b\n", CONFIG, 7, 5, "modalities.image.patsch",
     "did you mean \"patch\"?"},
    {IMAGE "    begin: d\n", CONFIG, 7, 12, "modalities.image.begin",
     "no token is named \"d\""},
    {IMAGE "    bare: [a, \"b  d\"]\n", CONFIG, 7, 19, "modalities.image.bare[1]",
     "named \"d\""},
    {IMAGE "    end: \"\"\n", CONFIG, 7, 10, "modalities.image.end", "must not be empty"},
    {IMAGE "    end: \"  \"\n", CONFIG, 7, 10, "modalities.image.end", "must name a token"},
    {IMAGE "    end: []\n", CONFIG, 7, 10, "modalities.image.end", "the list is empty"},
    {IMAGE "    end: [a, 5]\n", CONFIG, 7, 14, "modalities.image.end[1]", "must be a string"},
    {IMAGE "    begin: text\n", CONFIG, 7, 12, "modalities.image.begin", "in a pattern"},
    {IMAGE "    placeholder: a e\n", CONFIG, 7, 20, "modalities.image.placeholder",
     "named \"e\""},
    {IMAGE "    embed: a b\n", CONFIG, 7, 12, "modalities.image.embed", "more than one name"},
    {IMAGE "    embed: {imge: b}\n", CONFIG, 7, 13, "modalities.image.embed.imge",
     "\"image\"?"},
    {IMAGE "    embed: {image: [d]}\n", CONFIG, 7, 21, "modalities.image.embed.image[0]",
     "\"d\""},
    {IMAGE "    embed: {}\n", CONFIG, 7, 12, "modalities.image.embed", "the mapping is empty"},
    {IMAGE "    multi: 1\n", CONFIG, 7, 12, "modalities.image.multi",
     "must be true or false or a mapping"},
    {IMAGE "    multi: {}\n", CONFIG, 7, 12, "modalities.image.multi", "write multi: true"},
    {IMAGE "    multi: {max_gab: 1}\n", CONFIG, 7, 13, "modalities.image.multi.max_gab",
     "did you mean \"max_gap\"?"},
    {IMAGE "    multi: {max_gap: 0}\n", CONFIG, 7, 22, "modalities.image.multi.max_gap",
     "between 1 and 2147483647"},
    {IMAGE "    multi: {max_gap: 2147483648}\n", CONFIG, 7, 22,
     "modalities.image.multi.max_gap", "int32"},
    {IMAGE "    multi: {equal_rows: 1}\n", CONFIG, 7, 25, "modalities.image.multi.equal_rows",
     "must be true or false"},
    {IMAGE "    atomic: no\n", CONFIG, 7, 13, "modalities.image.atomic",
     "must be true or false"},
    {IMAGE "    atomc: false\n", CONFIG, 7, 5, "modalities.image.atomc", "\"atomic\"?"},
    {IMAGE "    adjacent: byid\n", CONFIG, 7, 15, "modalities.image.adjacent",
     "mean \"by_id\"?"},
    {IMAGE "    rows: 0\n", CONFIG, 7, 11, "modalities.image.rows", "between 1 and"},
    {IMAGE "    rows: any\n", CONFIG, 7, 11, "modalities.image.rows",
     "integer, a list or a map"},
    {IMAGE "    rows: []\n", CONFIG, 7, 11, "modalities.image.rows", "no numbers"},
    {IMAGE "    rows: [4, x]\n", CONFIG, 7, 15, "modalities.image.rows[1]", "an integer"},
    {IMAGE "    rows: {min: x}\n", CONFIG, 7, 17, "modalities.image.rows.min", "an integer"},
    {IMAGE "    rows: {mim: 1}\n", CONFIG, 7, 12, "modalities.image.rows.mim", "\"min\"?"},
    {IMAGE "    rows: {min: 5, max: 4}\n", CONFIG, 7, 11, "modalities.image.rows",
     "above max 4"},
    {IMAGE "    rows: {offset: 0, multiple_of: 2}\n", CONFIG, 7, 20,
     "modalities.image.rows.offset", "between 1 and 2147483647"},
    {IMAGE "    rows: {ofset: 1}\n", CONFIG, 7, 12, "modalities.image.rows.ofset",
     "\"offset\"?"},
    {IMAGE "    rows: {offset: 5}\n", CONFIG, 5, 3, "modalities.image", "without multiple_of"},
    {IMAGE "    rows: {offset: 5, multiple_of: 9, min: 6, max: 13}\n", CONFIG, 5, 3,
     "modalities.image", "no number 5 + a multiple of 9"},
    {IMAGE "    pattern: b+\n", CONFIG, 5, 3, "modalities.image", "keep one of them"},
    {IMAGE "    adjacent: split\n", CONFIG, 5, 3, "modalities.image", "one number of rows"},
    {TOP "modalities: {image: {begin: a}}\n", CONFIG, 4, 14, "modalities.image", "no patch"},
    {TOP "modalities: {image: {}}\n", CONFIG, 4, 14, "modalities.image", "needs a patch"},
    {TOP "modalities: {image: b}\n", CONFIG, 4, 21, "modalities.image", "must be a mapping"},
    {TOP "modalities: {i: {patch: a}, i: {patch: b}}\n", CONFIG, 4, 29, "modalities.i",
     "twice"},

    /* Examples. */
    {ALL "examples: {a: b}\n", CONFIG, 5, 11, "examples", "must be a list"},
    {ALL "examples: [{ids: []}]\n", CONFIG, 5, 12, "examples[0].name",
     "needs the key \"name\""},
    {ALL "examples: [{name: x}]\n", CONFIG, 5, 12, "examples[0].ids", "needs the key \"ids\""},
    {ALL "examples: [{name: x, ids: [1, x]}]\n", CONFIG, 5, 31, "examples[0].ids[1]",
     "ID*COUNT"},
    {ALL "examples: [{name: x, ids: [1*0]}]\n", CONFIG, 5, 28, "examples[0].ids[0]",
     "1 or more"},
    {ALL "examples: [{name: x, ids: [3000000000*2]}]\n", CONFIG, 5, 28, "examples[0].ids[0]",
     "int32"},
    {ALL "examples: [{name: x, ids: [1, -2147483649]}]\n", CONFIG, 5, 31, "examples[0].ids[1]",
     "does not fit in an int32"},
    {ALL "examples:\n- {name: x, ids: [1*1048576]}\n- {name: y, ids: [1]}\n", LIMIT, 7, 19,
     "examples[1].ids[0]", "more than 1048576 tokens"},
    {ALL "examples: [{name: x, ids: [1*2000000]}]\n", LIMIT, 5, 28, "examples[0].ids[0]",
     "more"},
    {ALL "examples: [{name: x, ids: [], items: [{modality: imag}]}]\n", CONFIG, 5, 50,
     "examples[0].items[0].modality", "did you mean \"image\"?"},
    {ALL "examples: [{name: x, ids: [], items: [{form: bar}]}]\n", CONFIG, 5, 46,
     "examples[0].items[0].form", "block or bare"},
    {ALL "examples: [{name: x, ids: [], items: [{start: -1}]}]\n", CONFIG, 5, 47,
     "examples[0].items[0].start", "out of range"},
    {ALL "examples: [{name: x, ids: [], items: [{runs: [{len: 1}]}]}]\n", CONFIG, 5, 48,
     "examples[0].items[0].runs[0].len", "its keys are modality, start, length, row"},
    {ALL "examples: [{name: x, ids: [], findings: [{start: 1}]}]\n", CONFIG, 5, 42,
     "examples[0].findings[0].kind", "needs the key \"kind\""},
    {ALL "examples: [{name: x, ids: [], findings: [{kind: stray}]}]\n", CONFIG, 5, 49,
     "examples[0].findings[0].kind", "no kind of finding is named \"stray\""},
    {ALL "examples: [{name: x, ids: [], findings: [{kind: media-rows}]}]\n", CONFIG, 5, 49,
     "examples[0].findings[0].kind", "only scanned"},
    {ALL "examples: [{name: x, ids: [], findings: [{kind: media-layout}]}]\n", CONFIG, 5, 49,
     "examples[0].findings[0].kind", "only scanned"},
    {ALL "examples: [{name: x, ids: [], findings: [{kind: rows, token: a}]}]\n", CONFIG, 5, 55,
     "examples[0].findings[0].token", "does not carry"},
    {ALL "examples: [{name: x, ids: [], findings: [{kind: broken-block, expected: [e]}]}]\n",
     CONFIG, 5, 74, "examples[0].findings[0].expected[0]", "no token is named \"e\""},
};

#endif
