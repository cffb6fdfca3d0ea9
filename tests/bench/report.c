/* Prints the environment and the rows of the tables. */
#define _POSIX_C_SOURCE 200809L

#include "report.h"

#include <mmspan/mmspan.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Copies the value of the first line of /proc/cpuinfo that has this key. */
static void find_cpu_info(const char *key, char *value, size_t size) {
    char line[512];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(value, size, "unknown");
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (!colon || strncmp(line, key, strlen(key)) != 0)
            continue;
        snprintf(value, size, "%s", colon + 1 + strspn(colon + 1, " "));
        value[strcspn(value, "\n")] = '\0';
        break;
    }
    if (file)
        fclose(file);
}

static void print_caches(void) {
#ifdef _SC_LEVEL1_DCACHE_SIZE
    printf("* caches: L1d %ld KiB, L2 %ld KiB, L3 %ld KiB\n",
           sysconf(_SC_LEVEL1_DCACHE_SIZE) / 1024, sysconf(_SC_LEVEL2_CACHE_SIZE) / 1024,
           sysconf(_SC_LEVEL3_CACHE_SIZE) / 1024);
#endif
}

void print_environment(void) {
    char cpu[256];
    char family[32];
    char model[32];
    char date[32];
    time_t seconds = time(NULL);
    struct tm utc;
    find_cpu_info("model name", cpu, sizeof cpu);
    find_cpu_info("cpu family", family, sizeof family);
    find_cpu_info("model\t", model, sizeof model);
    strftime(date, sizeof date, "%Y-%m-%d", gmtime_r(&seconds, &utc));
    printf("* CPU: %s (family %s, model %s), one core\n", cpu, family, model);
    print_caches();
#ifdef __clang__
    printf("* compiler: %s\n", __VERSION__);
#else
    printf("* compiler: gcc %s\n", __VERSION__);
#endif
    printf("* mmspan %s, kernels:", mmspan_version());
    for (int32_t i = 0; mmspan_kernel_name(i); i++)
        printf(" %s", mmspan_kernel_name(i));
    printf("\n* date: %s\n", date);
}

void print_figures_head(void) {
    printf("\n| work | target | measured | besides |\n|---|---:|---:|---|\n");
}

void print_figure(const char *work, double target, const char *unit, double value,
                  const char *note) {
    const char *mark = value > target ? "**" : "";
    const int digits = value < 1 ? 3 : value < 100 ? 2 : 0;
    printf("| %s | ≤ %g %s | %s%.*f%s | %s |\n", work, target, unit, mark, digits, value, mark,
           note);
    fflush(stdout);
}

struct speed_row *speed_table_row(struct speed_table *table, const char *work, double target) {
    for (size_t i = 0; i < table->n_rows; i++)
        if (strcmp(table->rows[i].work, work) == 0)
            return &table->rows[i];
    struct speed_row *row = &table->rows[table->n_rows++];
    snprintf(row->work, sizeof row->work, "%s", work);
    row->target = target;
    return row;
}

void speed_table_print(const struct speed_table *table) {
    printf("\n| work | target |");
    for (size_t k = 0; k < table->n_kernels; k++)
        printf(" %s |", table->kernels[k]);
    printf("\n|---|---:|");
    for (size_t k = 0; k < table->n_kernels; k++)
        printf("---:|");
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct speed_row *row = &table->rows[i];
        printf("\n| %s |", row->work);
        if (row->target > 0)
            printf(" ≤ %.2f × |", row->target);
        else
            printf(" |");
        for (size_t k = 0; k < table->n_kernels; k++) {
            printf(" %.3f", row->nanoseconds[k]);
            if (row->ratios[k] > 0)
                printf(" (%.2f ×)", row->ratios[k]);
            printf(" |");
        }
    }
    printf("\n");
}

const char *tokens_text(size_t n_tokens) {
    static char text[64];
    const bool many = n_tokens >= 1024 * 1024;
    snprintf(text, sizeof text, "%zu %s tokens", n_tokens / (many ? 1024 * 1024 : 1024),
             many ? "Mi" : "Ki");
    return text;
}

const char *size_text(size_t n_tokens) {
    static char text[64];
    const size_t mebibytes = n_tokens * sizeof(int32_t) >> 20;
    if (n_tokens < 1024 * 1024)
        return tokens_text(n_tokens);
    if (mebibytes % 1024 == 0)
        snprintf(text, sizeof text, "%zu GiB", mebibytes / 1024);
    else
        snprintf(text, sizeof text, "%zu MiB", mebibytes);
    return text;
}

void give_up(const char *why) {
    fprintf(stderr, "bench: %s\n", why);
    exit(1);
}

void expect_ok(mmspan_status status, const mmspan_error *error) {
    if (status == MMSPAN_OK)
        return;
    fprintf(stderr, "bench: %s: %s\n", mmspan_status_text(status), error->message);
    exit(1);
}
