/* A program that links the audit, which brings mmspan with it: it audits a sequence from memory
 * and reads its own report back. */
#include <mmspan/audit.h>
#include <mmspan/mmspan.h>

#include <stdio.h>

static int32_t ids[] = {2, 255999, 258880, 258880, 258882, 255999, 258880};
static int64_t offsets[] = {0, 5, 7};

/* Two sequences, of which the second is cut off. */
static mmspan_status add(mmspan_audit *audit, mmspan_error *error) {
    const mmspan_column column = {.data = ids, .n = 7, .offsets = offsets};
    mmspan_audit_batch batch = {.struct_size = sizeof batch, .n_sequences = 2, .ids = &column};
    mmspan_status status = mmspan_audit_file(audit, "memory", 28, 2, &batch.file, error);
    if (status == MMSPAN_OK)
        status = mmspan_audit_cover(audit, batch.file, 0, 2, error);
    return status == MMSPAN_OK ? mmspan_audit_add(audit, &batch, error) : status;
}

/* A library without a JSON parser says so. */
static mmspan_status read_back(mmspan_audit *audit, mmspan_error *error) {
    const char *text = NULL;
    size_t n = 0;
    mmspan_report *report = NULL;
    mmspan_status status = mmspan_report_json(mmspan_audit_report(audit), &text, &n);
    if (status == MMSPAN_OK)
        status = mmspan_report_read(text, n, "report", NULL, &report, error);
    mmspan_report_destroy(report);
    return status == MMSPAN_E_UNSUPPORTED ? MMSPAN_OK : status;
}

int main(void) {
    mmspan_error error = {0};
    mmspan_matcher *matcher = NULL;
    mmspan_audit *audit = NULL;
    mmspan_config *config = NULL;
    mmspan_report_totals totals = {.struct_size = sizeof totals};
    mmspan_status status = mmspan_config_load_builtin("gemma-4", NULL, &config, &error);
    if (status == MMSPAN_OK)
        status = mmspan_config_compile(config, NULL, &matcher, &error);
    if (status == MMSPAN_OK)
        status = mmspan_audit_create(matcher, NULL, &audit, &error);
    if (status == MMSPAN_OK)
        status = add(audit, &error);
    if (status == MMSPAN_OK)
        status = read_back(audit, &error);
    if (status == MMSPAN_OK)
        mmspan_report_get_totals(mmspan_audit_report(audit), &totals);
    else
        fprintf(stderr, "%s\n", error.message);
    mmspan_audit_destroy(audit);
    mmspan_matcher_destroy(matcher);
    mmspan_config_destroy(config);
    return totals.sequences == 2 && totals.broken == 1 && totals.items == 1 ? 0 : 1;
}
