/* Examples in configs that come true or not, and what must be said when they do not. */
#ifndef MMSPAN_TEST_CONFIG_EXAMPLES_H
#define MMSPAN_TEST_CONFIG_EXAMPLES_H

#include "errors.h"

/* Scanned, the IDs are an image [1, 5) of two rows, and a stray c at [5, 6). */
#define EXAMPLE       ALL "examples:\n- name: x\n  ids: [9, 1, 2*2, 3, 3]\n"
#define RIGHT_ITEM    "  items: [{modality: image, form: block, start: 1, end: 5, rows: 2}]\n"
#define RIGHT_FINDING "  findings: [{kind: stray-token, start: 5, end: 6, token: c, id: 3}]\n"

static const struct {
    const char *yaml;
    uint32_t line;
    const char *path;
    const char *message; /* NULL: the example comes true */
} examples[] = {
    {EXAMPLE RIGHT_ITEM RIGHT_FINDING, 0, "", NULL},
    {EXAMPLE "  items: [{}]\n  findings: [{kind: stray-token}]\n", 0, "", NULL},
    {EXAMPLE
     "  items: [{runs: [{modality: image, start: 2, length: 2, row: 0}]}]\n" RIGHT_FINDING,
     0, "", NULL},
    {EXAMPLE RIGHT_FINDING, 6, "examples[0].items", "one more item, image block [1, 5)"},
    {EXAMPLE "  items: [{}, {}]\n" RIGHT_FINDING, 8, "examples[0].items[1]",
     "true: item 1 is missing"},
    {EXAMPLE "  items: [{form: bare}]\n", 8, "examples[0].items[0]", "form is block, not bare"},
    {EXAMPLE "  items: [{start: 0}]\n", 8, "examples[0].items[0]", "its start is 1, not 0"},
    {EXAMPLE "  items: [{end: 4}]\n", 8, "examples[0].items[0]", "its end is 5, not 4"},
    {EXAMPLE "  items: [{rows: 3}]\n", 8, "examples[0].items[0]", "its rows is 2, not 3"},
    {EXAMPLE "  items: [{runs: []}]\n", 8, "examples[0].items[0]", "of its runs is 1, not 0"},
    {EXAMPLE "  items: [{runs: [{length: 1}]}]\n", 8, "examples[0].items[0]",
     "run 0: its length is 2, not 1"},
    {EXAMPLE "  items: [{runs: [{start: 3}]}]\n", 8, "examples[0].items[0]",
     "run 0: its start is 2, not 3"},
    {EXAMPLE "  items: [{runs: [{row: 1}]}]\n", 8, "examples[0].items[0]",
     "its row is 0, not 1"},
    {EXAMPLE RIGHT_ITEM, 6, "examples[0].findings", "one more finding, stray-token [5, 6)"},
    {EXAMPLE RIGHT_ITEM "  findings: [{kind: stray-token}, {kind: rows}]\n", 9,
     "examples[0].findings[1]", "true: finding 1 (rows) is missing"},
    {EXAMPLE RIGHT_ITEM "  findings: [{kind: literal-token}]\n", 9, "examples[0].findings[0]",
     "its kind is stray-token, not literal-token"},
    {EXAMPLE RIGHT_ITEM "  findings: [{kind: stray-token, id: 2}]\n", 9,
     "examples[0].findings[0]", "its ID is 3, not 2"},
    {EXAMPLE RIGHT_ITEM "  findings: [{kind: stray-token, token: a}]\n", 9,
     "examples[0].findings[0]", "its token is c, not a"},
    {ALL "examples:\n- name: x\n  ids: [1]\n"
         "  findings: [{kind: truncated-block, modalities: [image], expected: [b]}]\n",
     0, "", NULL},
    {ALL "examples:\n- name: x\n  ids: [1]\n"
         "  findings: [{kind: truncated-block, expected: [b, c]}]\n",
     8, "examples[0].findings[0]", "expected are [b]"},
    {ALL "examples:\n- name: x\n  ids: [1]\n"
         "  findings: [{kind: truncated-block, expected: [c]}]\n",
     8, "examples[0].findings[0]", "expected are [b]"},
    {ALL "examples:\n- name: x\n  ids: [1, 8]\n  findings: [{kind: broken-block, found: 7}]\n",
     8, "examples[0].findings[0]", "that it found is 8, not 7"},
};

#endif
