/* Standard output: whole lines, every failure noticed. */
#ifndef MMSPAN_TOOLS_OUTPUT_H
#define MMSPAN_TOOLS_OUTPUT_H

#include "buffer.h"

/* Writes and empties the buffer. A buffer that ran out of memory writes nothing. */
int output_write(struct buffer *buffer);

/* The same when the buffer is large, or when somebody may be waiting for the lines
 * because the input is a stream or the output a terminal. */
int output_offer(struct buffer *buffer, bool waiting);

/* True when standard output is a terminal that wants colour (no NO_COLOR). */
bool output_is_colored(void);

/* Closes standard output: some file systems report a full disk only now. */
int output_close(void);

#endif
