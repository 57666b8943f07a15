import Commands
import Diagnosis

/// The version, as `kazasu --version` prints it and traces record it.
let kazasuVersion = "0.1.0"

/// The program's table: parsing, help and completion all come from it.
let kazasuProgram = Program(
    name: "kazasu", version: kazasuVersion,
    summary: Sentence(
        ja: "オンライン資格確認のカードリーダーを動かし、試し、測る", en: "Drive, test and measure the card readers of Japan's online eligibility verification"),
    commands: [
        visitCommand, runCommand, recordCommand, replayCommand, readersCommand, cardCommand, apduCommand, simulateCommand, traceCommand,
        centreCommand, configCommand,
        doctorCommand(), rulesCommand, matrixCommand,
    ])

func runKazasu(_ arguments: [String]) -> Int32 {
    StandardStreams.prepareProcess()
    return kazasuProgram.run(arguments)
}

/// `kazasu simulate …`: devices that other software takes for real ones.
private let simulateCommand = Command(
    "simulate", Sentence(ja: "ほかのソフトウェアから本物に見える装置を動かす", en: "Run a device that other software takes for a real one"),
    subcommands: [SimulateCardCommand.command, SimulateReaderCommand.command, simulateTimesCommand])
