/* The mmspan program as a function, for who brings it along in another file. */
#ifndef MMSPAN_TOOLS_PROGRAM_H
#define MMSPAN_TOOLS_PROGRAM_H

/* Does what `mmspan` does with these arguments, the first of which is its name, and returns
 * the exit status. Standard output is closed then: the process has nothing more to say. */
int program_run(int argc, char **argv);

#endif
