import Commands
import Glibc

StandardStreams.prepareProcess()
exit(Sample.program.run(Array(CommandLine.arguments.dropFirst())))
