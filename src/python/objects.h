/* What the files of the types call of each other. */
#ifndef MMSPAN_PYTHON_OBJECTS_H
#define MMSPAN_PYTHON_OBJECTS_H

#include "intake.h"
#include "spans.h"

extern PyType_Spec pm_matcher_spec;
extern PyType_Spec pm_result_spec;
extern PyType_Spec pm_expansion_spec;
extern PyType_Spec pm_batch_spec;
extern PyType_Spec pm_stream_spec;
extern PyType_Spec pm_arrow_spec;
extern PyType_Spec pm_auditor_spec;

/* Functions of the module, one table for each file. */
extern PyMethodDef pm_config_functions[];
extern PyMethodDef pm_detect_functions[];
extern PyMethodDef pm_plan_functions[];
extern PyMethodDef pm_program_functions[];
extern PyMethodDef pm_report_functions[];

/* What detect keeps in the state. */
void pm_detector_free(struct pm_state *state);

/* A matcher from its text, `size` bytes called `name`; pieces without an ID are looked up in
 * `tokenizer`: a path, a mapping, or None. */
PyObject *pm_matcher_new(struct pm_state *state, PyObject *yaml, const char *name,
                         PyObject *tokenizer);

/* Methods of Matcher that stand in the files of what they make. */
PyObject *pm_matcher_scan_batch(PyObject *self, PyObject *const *args, Py_ssize_t n,
                                PyObject *names);
PyObject *pm_matcher_stream(PyObject *self, PyObject *const *args, Py_ssize_t n,
                            PyObject *names);
PyObject *pm_matcher_neutralise(PyObject *self, PyObject *const *args, Py_ssize_t n,
                                PyObject *names);
extern const char pm_scan_batch_doc[];
extern const char pm_stream_doc[];
extern const char pm_neutralise_doc[];

/* An empty result of a matcher, to be filled before anyone sees it. */
struct pm_result *pm_result_new(struct pm_state *state, struct pm_matcher *matcher);

/* A result that holds what `r` holds, to be changed before anyone sees it. */
struct pm_result *pm_result_copy(const struct pm_result *r);

/* Scans IDs, which it may keep; takes the spans over. */
PyObject *pm_scan(struct pm_matcher *matcher, struct pm_tokens *tokens,
                  struct pm_spans *literal);

/* Scans int32 IDs in a block, whose reference is taken over, as are the spans. */
PyObject *pm_scan_block(struct pm_matcher *matcher, struct pm_block *block, size_t n,
                        struct pm_spans *literal);

/* The IDs, or -1 with an exception when nobody kept them. */
int pm_result_need_ids(const struct pm_result *r);

/* The name of a modality as a str; None for -1. */
PyObject *pm_modality(const mmspan_matcher *matcher, int32_t modality);

/* The index of a modality that a caller has named, or -1 with an exception. */
int32_t pm_find_modality(const struct pm_result *r, PyObject *name);

/* What json.loads makes of a str, whose reference is taken over; NULL passes an error on. */
PyObject *pm_parse_json(PyObject *text);

/* An item, a run or a finding as a tuple of its class. */
PyObject *pm_item(const struct pm_result *r, Py_ssize_t i);
PyObject *pm_finding(const struct pm_result *r, const mmspan_finding *finding);

/* The methods of Result, which stand in several files. */
extern PyMethodDef pm_result_methods[];

/* Text and JSON as the command writes them. With `ids`, the JSON has them and `positions`. */
PyObject *pm_text(const struct pm_result *r);
PyObject *pm_json(const struct pm_result *r, int64_t sequence, const int32_t *ids, size_t n,
                  bool positions);

#endif
