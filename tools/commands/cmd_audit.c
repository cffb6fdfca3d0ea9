/* mmspan audit: what is wrong with a data set. */
#define _POSIX_C_SOURCE 200809L

#include "../../src/io/whole_file.h"
#include "../audit/data_set.h"
#include "../audit/findings_file.h"
#include "../audit/fitting.h"
#include "../audit/overwriting.h"
#include "../audit/report_file.h"
#include "../audit/saved.h"
#include "../audit/shard.h"
#include "../audit/verdict.h"
#include "command.h"
#include "load.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An audit from the command line to the report. */
struct job {
    const struct options *options;
    struct shard shard;
    struct data_set set;
    struct mi_file yaml; /* of -c */
    mmspan_config *config;
    mmspan_matcher *matcher;
    mmspan_audit *audit;
    struct findings_file files;
    mmspan_audit_source source;
    mmspan_audit_name *names;
    char *output;
    char *findings; /* names of files; NULL when they are not wanted */
    char *bad;
    bool stopped; /* before the end */
};

/* Set by the signals with which schedulers announce the end of the time. */
static volatile int stop;

static void on_stop(int signal_number) {
    stop = signal_number;
}

static void on_bus_error(int signal_number) {
    static const char message[] =
        "mmspan: error: a file of the data shrank while it was read\n";
    (void)signal_number;
    ssize_t ignored = write(STDERR_FILENO, message, sizeof message - 1);
    (void)ignored;
    _exit(EXIT_CORRUPT);
}

static void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_stop};
    struct sigaction bus = {.sa_handler = on_bus_error};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGBUS, &bus, NULL);
}

/* The config, and its text, by which reports know it again. */
static int load(struct job *job, const char **text, size_t *n) {
    const struct options *options = job->options;
    const struct config_name *name = &options->configs[0];
    static const struct mi_file_rules rules = {.kind = "a config",
                                               .max_bytes = MMSPAN_MAX_CONFIG_BYTES};
    const mmspan_load_options how = {.struct_size = sizeof how};
    mmspan_error error;
    memset(&error, 0, sizeof error);
    if (options->n_configs != 1 || name->builtin) {
        int status = load_matcher(options, NULL, &job->config, &job->matcher);
        if (status == EXIT_CLEAN)
            *text = mmspan_builtin_text(mmspan_config_model(job->config), n);
        return status;
    }
    /* Read once: a pipe cannot be read twice, and a file may change in between. */
    mmspan_status status = mi_file_read(name->name, &rules, NULL, &job->yaml, &error);
    if (status == MMSPAN_OK)
        status = mmspan_config_load_memory(job->yaml.text, job->yaml.n, name->name, &how,
                                           &job->config, &error);
    if (status == MMSPAN_OK)
        status = mmspan_config_compile(job->config, NULL, &job->matcher, &error);
    *text = job->yaml.text;
    *n = job->yaml.n;
    return status == MMSPAN_OK ? EXIT_CLEAN : fail_library(status, &error);
}

/* "labels=my_labels" as a name; the text is cut in two. */
static int read_columns(struct job *job) {
    const struct options *options = job->options;
    const size_t n = options->n_columns + !!options->input.key;
    job->names = calloc(n + 1, sizeof *job->names);
    job->source.seen = calloc(n + 1, 1);
    if (!job->names || !job->source.seen)
        return fail_memory();
    for (size_t i = 0; i < options->n_columns; i++) {
        const char *word = options->columns[i];
        const char *equals = strchr(word, '=');
        if (!equals || equals == word || equals[1] == '\0')
            return fail(
                EXIT_USAGE, NULL,
                "--column '%s' is not like labels=NAME: what the column is for, and its "
                "name in the data",
                word);
        char *role = strdup(word);
        if (!role)
            return fail_memory();
        role[equals - word] = '\0';
        job->names[i] = (mmspan_audit_name){role, equals + 1};
        job->source.n_names++;
    }
    job->source.names = job->names;
    return EXIT_CLEAN;
}

/* Processes that share a command line must not write to one file. */
static int check_names(const struct job *job) {
    const struct options *options = job->options;
    const char *const names[] = {options->output, options->findings_file, options->bad_file};
    for (size_t i = 0; job->shard.ranks && i < 3; i++)
        if (names[i] && !strstr(names[i], "{shard}"))
            return fail(EXIT_USAGE, NULL,
                        "%u processes would write to %s; put {shard} into the name, which "
                        "becomes the number of each",
                        (unsigned)job->shard.n, names[i]);
    return EXIT_CLEAN;
}

static int name_file(const struct job *job, const char *given, char **name) {
    *name = given ? shard_name(&job->shard, given) : NULL;
    return given && !*name ? fail_memory() : EXIT_CLEAN;
}

/* Nothing that is read may be written over, by whatever name. */
static int check_outputs(const struct job *job) {
    const struct options *options = job->options;
    const char *const outputs[] = {job->output, job->findings, job->bad};
    int status = refuse_same_outputs(outputs, 3);
    if (status == EXIT_CLEAN)
        status = refuse_overwriting(outputs, 3, job->set.paths, job->set.n, "part of the data");
    if (status == EXIT_CLEAN)
        status = refuse_among_data(outputs, 3, options->files, options->n_files,
                                   options->dtype_name != NULL);
    for (size_t i = 0; i < options->n_configs && status == EXIT_CLEAN; i++) {
        char *config = (char *)(uintptr_t)options->configs[i].name;
        if (!options->configs[i].builtin)
            status = refuse_overwriting(outputs, 3, &config, 1, "the config");
    }
    return status;
}

static int prepare(struct job *job) {
    const struct options *options = job->options;
    int status = verdict_check(options->limits, options->n_limits);
    if (status == EXIT_CLEAN)
        status = shard_find(options->shard, &job->shard);
    if (status == EXIT_CLEAN)
        status = check_names(job);
    if (status == EXIT_CLEAN)
        status = read_columns(job);
    if (status == EXIT_CLEAN)
        status = data_set_list(&job->set, options->files, options->n_files,
                               options->dtype_name != NULL);
    if (status == EXIT_CLEAN && job->shard.variable && job->shard.n > 1)
        note(NULL, "shard %u of %u, by %s", (unsigned)job->shard.index, (unsigned)job->shard.n,
             job->shard.variable);
    if (status == EXIT_CLEAN)
        status = name_file(job, options->output, &job->output);
    if (status == EXIT_CLEAN)
        status = name_file(job, options->findings_file, &job->findings);
    if (status == EXIT_CLEAN)
        status = name_file(job, options->bad_file, &job->bad);
    if (status == EXIT_CLEAN)
        status = check_outputs(job);
    job->source.struct_size = sizeof job->source;
    job->source.shard = job->shard.index;
    job->source.n_shards = job->shard.n;
    job->source.dtype = options->dtype_name;
    job->source.stop = &stop;
    return status;
}

static int create(struct job *job) {
    const struct options *options = job->options;
    const bool files = options->findings_file || options->bad_file;
    mmspan_audit_options how = {.struct_size = sizeof how,
                                .n_examples = options->n_examples,
                                .window = options->window,
                                .max_length = options->max_length,
                                .merge_size = options->merge_size,
                                .found = files ? findings_add : NULL,
                                .found_context = &job->files};
    mmspan_error error;
    memset(&error, 0, sizeof error);
    int status = load(job, &how.config, &how.config_size);
    if (status != EXIT_CLEAN)
        return status;
    mmspan_status created = mmspan_audit_create(job->matcher, &how, &job->audit, &error);
    return created == MMSPAN_OK ? EXIT_CLEAN : fail_library(created, &error);
}

/* Has a run before this one done all of it? Its report is then left alone. */
static bool is_done(struct job *job, mmspan_report **report) {
    mmspan_report_totals totals = {.struct_size = sizeof totals};
    mmspan_error error;
    bool done = false;
    /* A report does not say which columns it had. */
    if (job->source.n_names && job->shard.n == 1)
        return false;
    if (!job->output || (job->findings && !saved_before(job->findings)) ||
        (job->bad && !saved_before(job->bad)) || !saved_before(job->output) ||
        report_read(job->output, report, &error) != MMSPAN_OK)
        return false;
    mmspan_report_get_totals(*report, &totals);
    done = totals.files == (int64_t)job->set.n;
    for (size_t i = 0; i < job->set.n && done; i++) {
        job->source.ordinal = (uint32_t)i;
        done = mmspan_audit_is_done(job->audit, *report, job->set.paths[i], &job->source);
    }
    return done;
}

static int read_files(struct job *job) {
    const mmspan_report *report = mmspan_audit_report(job->audit);
    mmspan_error error;
    for (size_t i = 0; i < job->set.n && !job->stopped; i++) {
        job->source.ordinal = (uint32_t)i;
        memset(&error, 0, sizeof error);
        mmspan_status status =
            mmspan_audit_read(job->audit, job->set.paths[i], &job->source, &error);
        if (status != MMSPAN_OK)
            return fail_library(status, &error);
        if (job->files.status != EXIT_CLEAN)
            return job->files.status;
        /* Not before a file of which something is left: it says that the report is not
         * complete, whatever those of other shards say. */
        job->stopped =
            stop && !mmspan_audit_is_done(job->audit, report, job->set.paths[i], &job->source);
    }
    return EXIT_CLEAN;
}

/* Workers leave the verdict to merge, but for files that could not be read. */
static int judge(const struct job *job, mmspan_report *report) {
    const struct options *options = job->options;
    mmspan_report_totals t = {.struct_size = sizeof t};
    mmspan_report_get_totals(report, &t);
    verdict_tell_unread(report);
    if (options->shard || job->shard.variable)
        return t.unread ? EXIT_CORRUPT : EXIT_CLEAN;
    /* Where blocks of this config have begun, it is the data that is broken. */
    int64_t broken, truncated, sequences;
    mmspan_report_count(report, MMSPAN_FINDING_BROKEN_BLOCK, &broken, &sequences);
    mmspan_report_count(report, MMSPAN_FINDING_TRUNCATED_BLOCK, &truncated, &sequences);
    if (t.items == 0 && t.tokens > 0 && !broken && !truncated)
        warn_of_fits(&job->set, &options->input, options->configs[0].name);
    return verdict(report, options->limits, options->n_limits);
}

/* A misspelt column must not pass for data in which nothing is wrong. What one part lacks may
 * be in another. */
static int check_columns(const struct job *job, const mmspan_report *report) {
    const bool is_part = job->options->shard || job->shard.variable;
    mmspan_report_totals t = {.struct_size = sizeof t};
    int status = EXIT_CLEAN;
    mmspan_report_get_totals(report, &t);
    for (size_t i = 0; i < job->source.n_names && (t.sequences || t.unread); i++) {
        const mmspan_audit_name *name = &job->names[i];
        if (job->source.seen[i])
            continue;
        if (is_part)
            warn(NULL, "no row of this part has a column %s, which --column %s=%s names",
                 name->name, name->role, name->name);
        else
            status =
                fail(EXIT_CORRUPT, NULL, "no row has a column %s, which --column %s=%s names",
                     name->name, name->role, name->name);
    }
    return status;
}

static int finish(struct job *job) {
    mmspan_report *report = mmspan_audit_report(job->audit);
    int status = job->output ? report_write(report, job->output) : EXIT_CLEAN;
    if (status == EXIT_CLEAN)
        status = findings_keep(&job->files);
    if (status == EXIT_CLEAN)
        status = report_show(report, job->options->format == FORMAT_JSON);
    if (status != EXIT_CLEAN)
        return status;
    if (job->stopped) {
        verdict_tell_unread(report);
        return fail(EXIT_TRY_AGAIN, NULL,
                    "stopped by signal %d; what is done has been written, and the report says "
                    "that it is not complete: run the same command again",
                    stop);
    }
    status = judge(job, report);
    const int columns = check_columns(job, report);
    return columns == EXIT_CLEAN ? status : columns;
}

static int work(struct job *job) {
    mmspan_report *before = NULL;
    int status = EXIT_CLEAN;
    if (is_done(job, &before)) {
        const struct place place = {job->output, 0, 0};
        note(&place, "is finished; remove it to audit again (names and sizes of the data are "
                     "the same, contents are not compared)");
        status = judge(job, before);
        mmspan_report_destroy(before);
        return status;
    }
    mmspan_report_destroy(before);
    status = findings_open(&job->files, job->findings, job->bad);
    if (status == EXIT_CLEAN)
        status = read_files(job);
    if (status == EXIT_CLEAN)
        status = finish(job);
    return status;
}

static int audit(const struct options *options) {
    if (options->page)
        return fail_without_pages();
    struct job job = {.options = options, .files = {.findings = {.fd = -1}, .bad = {.fd = -1}}};
    int status = prepare(&job);
    catch_signals();
    if (status == EXIT_CLEAN)
        status = create(&job);
    if (status == EXIT_CLEAN)
        status = work(&job);
    findings_close(&job.files);
    mmspan_audit_destroy(job.audit);
    mmspan_matcher_destroy(job.matcher);
    mmspan_config_destroy(job.config);
    mi_file_free(&job.yaml);
    data_set_free(&job.set);
    for (size_t i = 0; i < job.source.n_names; i++)
        free((void *)(uintptr_t)job.names[i].role);
    free(job.names);
    free(job.source.seen);
    free(job.output);
    free(job.findings);
    free(job.bad);
    return status;
}

const struct command cmd_audit = {
    .name = "audit",
    .summary = "what is wrong with a tokenised data set",
    .accepts = OPTION_CONFIG | OPTION_FILES | OPTION_OUTPUT | OPTION_FORMAT | OPTION_EXIT_ZERO |
               OPTION_AUDIT | OPTION_FAIL_ON,
    .run = audit,
    .help = "Usage: mmspan audit -m NAME|-c FILE [options] DATA...\n"
            "\n"
            "Scans every sequence of files, folders or patterns, compares it with the\n"
            "columns beside it, and adds up what is there and what is wrong.\n"
            "\n"
            "  -m, --model NAME         use a built-in config; mmspan models lists them\n"
            "  -c, --config FILE        use a config file\n"
            "  -o, --output FILE        the report, for mmspan merge and report\n"
            "  -f, --format text|json   what is printed\n"
            "      --findings FILE      every finding, as JSON Lines\n"
            "      --bad FILE           every row that has some, as JSON Lines\n"
            "      --html FILE          the page of the report; with the Python package only\n"
            "      --shard I/N          audit part I of N, from 0; found out from Slurm, MPI\n"
            "                           or torchrun when not given. {shard} in FILE is I\n"
            "      --fail-on KIND[=N%]  exit 1 only for these: any, stray-token=0.1%\n"
            "      --window N           what would be cut if windows of N tokens were made\n"
            "      --max-length N       what would be cut if sequences were truncated to N\n"
            "      --merge-size N       grid cells that make a row, along one side (2)\n"
            "      --examples N         places of each kind that the report keeps (10)\n"
            "      --column ROLE=NAME   the name of a column: labels=targets; exits\n"
            "                           with 3 when no row has it\n"
            "      --dtype TYPE         arrays without a header, of uint16, uint32, ...\n"
            "      --exit-zero          exit 0 also when there are findings\n",
};
