/* mmspan onboard: the draft of a config from a model's Hugging Face folder. */
#define _POSIX_C_SOURCE 200809L

#include "../onboard/draft.h"
#include "../output/output.h"
#include "command.h"
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int refuse_existing(const char *path) {
    const struct place place = {path, 0, 0};
    return fail(EXIT_USAGE, &place, "exists already; remove it or give another name");
}

/* A draft that somebody has worked on is not to be had again: only pipes and devices may be
 * there. */
static int open_output(const char *path, int *descriptor, bool *created) {
    struct stat info;
    *descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    *created = *descriptor >= 0;
    if (*created)
        return EXIT_CLEAN;
    if (errno != EEXIST)
        return fail_system(path, errno);
    if (stat(path, &info) != 0 || S_ISREG(info.st_mode))
        return refuse_existing(path);
    *descriptor = open(path, O_WRONLY | O_CLOEXEC);
    return *descriptor >= 0 ? EXIT_CLEAN : fail_system(path, errno);
}

/* What was written in part is worth another try, as on standard output. */
static int write_file(const char *path, const struct onboard_draft *draft) {
    const struct place place = {path, 0, 0};
    int descriptor;
    bool created;
    int status = open_output(path, &descriptor, &created);
    if (status != EXIT_CLEAN)
        return status;
    int error = 0;
    for (size_t done = 0; done < draft->n && error == 0;) {
        const ssize_t n = write(descriptor, draft->text + done, draft->n - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            error = errno;
    }
    if (close(descriptor) != 0 && error == 0 && errno != EINTR)
        error = errno;
    if (error && created)
        unlink(path);
    return error ? fail(EXIT_TRY_AGAIN, &place, "%s", strerror(error)) : EXIT_CLEAN;
}

static int write_output(const struct onboard_draft *draft) {
    struct buffer out = {0};
    buffer_bytes(&out, draft->text, draft->n);
    int status = output_write(&out);
    buffer_free(&out);
    return status;
}

static int onboard(const struct options *options) {
    if (options->n_files != 1)
        return fail(EXIT_USAGE, NULL, "onboard: name one folder; try mmspan onboard -h");
    struct onboard_draft draft = {0};
    mmspan_error error;
    memset(&error, 0, sizeof error);
    mmspan_status drafted = onboard_folder(options->files[0], &draft, &error);
    if (drafted != MMSPAN_OK)
        return fail_tokenizer(drafted, &error);
    int status = options->output ? write_file(options->output, &draft) : write_output(&draft);
    if (status == EXIT_CLEAN)
        fprintf(stderr, "%s: note: %s\n", options->files[0], draft.note);
    onboard_draft_free(&draft);
    return status;
}

const struct command cmd_onboard = {
    .name = "onboard",
    .summary = "a model's folder to the draft of a config",
    .accepts = OPTION_OUTPUT | OPTION_FILES,
    .run = onboard,
    .help = "Usage: mmspan onboard [-o FILE] FOLDER\n"
            "\n"
            "Reads a Hugging Face model folder (config.json, genai_config.json,\n"
            "tokenizer.json or tokenizer.model, tokenizer_config.json,\n"
            "added_tokens.json, processor_config.json, preprocessor_config.json) and\n"
            "writes the draft of a config that passes mmspan check. If a shipped config\n"
            "is for this model, or has the same pieces or IDs, the draft follows it;\n"
            "what differs stands at its top. Otherwise the names of keys and pieces\n"
            "say which token does what. What is a guess is marked \"guess\", what is\n"
            "not known is marked \"open\", and what the files name and the draft does\n"
            "not use is listed.\n"
            "\n"
            "  -o, --output FILE         write the draft to FILE, which must not exist\n",
};
