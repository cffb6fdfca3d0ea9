/* The mmspan program as a function: finds the sub-command and runs it. */
#define _POSIX_C_SOURCE 200809L

#include "program.h"

#include "../../src/io/names.h"
#include "../output/output.h"
#include "command.h"
#include "help.h"
#include "load.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct command *const commands[] = {
    &cmd_audit, &cmd_check, &cmd_collapse, &cmd_detect,  &cmd_expand, &cmd_explain,
    &cmd_fix,   &cmd_merge, &cmd_models,   &cmd_onboard, &cmd_report, &cmd_scan};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static const struct command *find_command(const char *name) {
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

/* Options that stand for a command, too. */
static const char *const instead[] = {"--help", "--version"};
enum { N_INSTEAD = sizeof instead / sizeof instead[0] };

static int fail_command(const char *word) {
    const bool is_option = word[0] == '-';
    const char *what = is_option ? "option" : "command";
    const char *list[N_COMMANDS + N_INSTEAD];
    const struct mi_names names = {list, is_option ? N_INSTEAD : N_COMMANDS};
    for (size_t i = 0; i < names.n; i++)
        list[i] = is_option ? instead[i] : commands[i]->name;
    const char *nearest = mi_nearest_name(&names, word, strlen(word));
    if (nearest)
        return fail(EXIT_USAGE, NULL, "unknown %s '%s'; did you mean %s? try mmspan -h", what,
                    word, nearest);
    return fail(EXIT_USAGE, NULL, "unknown %s '%s'; try mmspan -h", what, word);
}

/* Writes the text that `add` makes of the commands. */
static int print(void (*add)(struct buffer *, const struct command *const *, size_t),
                 const struct command *const *list, size_t n) {
    struct buffer out = {0};
    add(&out, list, n);
    int status = output_write(&out);
    buffer_free(&out);
    return status;
}

static int run_command(const struct command *command, int argc, char **argv) {
    struct options options;
    int status = options_parse(argc, argv, command->accepts, &options);
    if (status == EXIT_CLEAN && options.help)
        status = print(help_command, &command, 1);
    else if (status == EXIT_CLEAN)
        status = check_config_names(&options);
    if (status == EXIT_CLEAN && !options.help)
        status = command->run(&options);
    if (status == EXIT_FINDINGS && options.exit_zero)
        status = EXIT_CLEAN;
    options_free(&options);
    return status;
}

static int run(int argc, char **argv) {
    if (argc < 2)
        return fail(EXIT_USAGE, NULL, "no command; try mmspan -h");
    const struct command *command = find_command(argv[1]);
    if (command)
        return run_command(command, argc - 1, argv + 1);
    /* What other programs take for it is taken as well. */
    if (strcmp(argv[1], "help") == 0 && argc > 2 && (command = find_command(argv[2])))
        return print(help_command, &command, 1);
    if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
        return print(help_short, commands, N_COMMANDS);
    if (strcmp(argv[1], "--help") == 0)
        return print(help_long, commands, N_COMMANDS);
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0)
        return print(help_version, NULL, 0);
    return fail_command(argv[1]);
}

/* A standard stream that the caller closed would be the number of the next file to
 * be opened, and the output would go there. Each gets what fails to serve instead. */
static void reserve_standard_streams(void) {
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
            _exit(EXIT_TRY_AGAIN);
}

int program_run(int argc, char **argv) {
    reserve_standard_streams();
    setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
    /* A reader that went away is an error to report, not a silent death. */
    signal(SIGPIPE, SIG_IGN);
    int status = run(argc, argv);
    int closed = output_close();
    return status == EXIT_CLEAN || status == EXIT_FINDINGS ? (closed ? closed : status)
                                                           : status;
}
