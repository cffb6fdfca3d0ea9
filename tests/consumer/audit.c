/* The example that stands in mmspan/audit.h, as a program. */
#include <mmspan/audit.h>
#include <mmspan/mmspan.h>

#include <stdio.h>
#include <string.h>

static mmspan_error err;

static int run(const mmspan_matcher *matcher, const char *yaml, size_t n_yaml) {
    mmspan_audit *audit = NULL;
    const char *text;
    size_t n;
    mmspan_audit_options options = {
        .struct_size = sizeof options, .config = yaml, .config_size = n_yaml};
    mmspan_audit_create(matcher, &options, &audit, &err);
    mmspan_audit_source source = {.struct_size = sizeof source};
    mmspan_audit_read(audit, "train.jsonl", &source, &err);
    mmspan_report_json(mmspan_audit_report(audit), &text, &n);
    /* There is no such file here, and the report says so. */
    const int told = strstr(text, "No such file") != NULL;
    mmspan_audit_destroy(audit);
    return told ? 0 : 1;
}

int main(void) {
    mmspan_matcher *matcher = NULL;
    mmspan_config *config = NULL;
    size_t n;
    const char *yaml = mmspan_builtin_text("gemma-4", &n);
    int status = 1;
    if (mmspan_config_load_builtin("gemma-4", NULL, &config, &err) == MMSPAN_OK &&
        mmspan_config_compile(config, NULL, &matcher, &err) == MMSPAN_OK)
        status = run(matcher, yaml, n);
    else
        fprintf(stderr, "%s\n", err.message);
    mmspan_matcher_destroy(matcher);
    mmspan_config_destroy(config);
    return status;
}
