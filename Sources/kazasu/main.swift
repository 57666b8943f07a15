import Glibc

// Everything is in functions outside this file: what stands here is on the main actor, and C callbacks made here would inherit that.
exit(runKazasu(Array(CommandLine.arguments.dropFirst())))
