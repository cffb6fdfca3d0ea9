/* The texts of -h, --help and --version. */
#ifndef MMSPAN_TOOLS_HELP_H
#define MMSPAN_TOOLS_HELP_H

#include "../output/buffer.h"
#include "command.h"

/* One screen: the commands and where to find more. */
void help_short(struct buffer *out, const struct command *const *commands, size_t n);

/* Everything: the commands, their options, formats and exit statuses. */
void help_long(struct buffer *out, const struct command *const *commands, size_t n);

/* The help of the first command. */
void help_command(struct buffer *out, const struct command *const *commands, size_t n);

/* The version of the program; the list is not used. */
void help_version(struct buffer *out, const struct command *const *commands, size_t n);

#endif
