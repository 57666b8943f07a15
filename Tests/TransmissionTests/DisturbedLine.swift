import CCIDDevice
import ISO7816
import SimulationKit
import Station
import TestSupport
import TransmissionProtocols

/// What happens to one block on a line, or to the answer to it.
enum LineFault: CaseIterable, Hashable {
    /// It never arrives.
    case blockLost, answerLost
    /// A bit of it is another one.
    case blockSpoilt, answerSpoilt
    /// It arrives twice; what comes back to the second stays for the next look.
    case blockDoubled, answerDoubled
    /// It arrives when nobody waits for it any more, before whatever comes next.
    case blockLate, answerLate
}

/// A line between the protocol and a card's own: in order, but not safe.
struct DisturbedLine {
    let card: BlockCard
    let faults: [Int: LineFault]
    /// How many blocks have gone out.
    private(set) var blocks = 0
    private var now = Instant.zero
    private var lateBlocks: [[UInt8]] = []
    private var lateAnswers: [[UInt8]] = []
    private var answers: [[UInt8]] = []

    init(_ card: BlockCard, _ faults: [Int: LineFault], from blocks: Int = 0) {
        self.card = card
        self.faults = faults
        self.blocks = blocks
    }

    /// What comes back to a block; `nil` for nothing.
    mutating func cross(_ block: [UInt8]) -> [UInt8]? {
        let fault = faults[blocks]
        blocks += 1
        answers += lateAnswers
        lateAnswers = []
        for late in lateBlocks { reach(late, nil) }
        lateBlocks = []
        switch fault {
        case .blockLost: break
        case .blockLate: lateBlocks.append(block)
        case .blockSpoilt: reach(spoilt(block), nil)
        case .blockDoubled:
            reach(block, nil)
            reach(block, nil)
        default: reach(block, fault)
        }
        return answers.isEmpty ? nil : answers.removeFirst()
    }

    private mutating func reach(_ block: [UInt8], _ fault: LineFault?) {
        guard let answer = card.answer(block, at: now) else { return }
        now = now + answer.after + .milliseconds(1)
        switch fault {
        case .answerLost: break
        case .answerSpoilt: answers.append(spoilt(answer.block))
        case .answerDoubled: answers += [answer.block, answer.block]
        case .answerLate: lateAnswers.append(answer.block)
        default: answers.append(answer.block)
        }
    }

    /// Another bit at each place.
    private func spoilt(_ block: [UInt8]) -> [UInt8] {
        var block = block
        block[blocks * 7 % block.count] ^= 1 << UInt8(blocks % 8)
        return block
    }
}

/// Some commands by T=1 to a card that answers each in its own way, so that an answer to another command, or one to a command that is not
/// what was sent, is known.
struct LineSession {
    /// What came of a command.
    enum End: Hashable {
        case answered([UInt8])
        case failed(BlockProtocol.Failure)
    }

    /// What came of all.
    struct Outcome {
        var ends: [End] = []
        var blocks = 0
        /// The commands that the card got, in order.
        var commands: [[UInt8]] = []
        /// Why it is wrong.
        var wrongs: [String] = []
    }

    /// IFSC 8, and IFSD too, so that there are many blocks.
    static let answerToReset = hex("3B 80 81 31 08 45")
    /// Short, with a long answer, long, long both ways, and again the first.
    static let commands: [[UInt8]] = [
        hex("00 84 00 00 08"), hex("00 B0 00 00 00 00 F0"),
        hex("00 2A 00 BE 3C") + (0..<60).map { UInt8($0) },
        hex("00 86 00 00 28") + (0..<40).map { UInt8(200 - $0) } + hex("64"), hex("00 84 00 00 08"),
    ]

    var computing = Duration.milliseconds(1)
    var whims: [Int: BlockCard.Whim] = [:]

    /// The answer to the `number`th command, counted from 1: as much as its Le says, from all of its bytes and its number.
    private static func answer(_ command: [UInt8], _ number: Int) -> [UInt8] {
        let digest = command.reduce(UInt32(truncatingIfNeeded: number)) { $0 &* 16_777_619 ^ UInt32($1) }
        let count = (try? CommandLayout(command.span))?.expected ?? 0
        return (0..<count).map { UInt8(truncatingIfNeeded: digest >> 3 &+ UInt32($0) &* 31) }
            + [0x90, UInt8(truncatingIfNeeded: digest >> 7)]
    }

    /// Sends all commands over a line with these faults. What fails is not sent again; a card that is lost is reset.
    func run(_ faults: [Int: LineFault]) throws -> Outcome {
        var outcome = Outcome()
        let scripted = ScriptedCard(answerToReset: Self.answerToReset, computing: computing) { Self.answer($0, $1) }
        let settings = BlockProtocol.Settings(try AnswerToReset(bytes: Self.answerToReset), blockSize: 261)
        var line = DisturbedLine(card(scripted), faults)
        var host = BlockProtocol(settings)
        var step = host.announce(fieldSize: 8)
        while case .send = step { step = Self.crossed(&host, &line) }
        for command in Self.commands {
            if case .failed(.cardLost) = step {
                line = DisturbedLine(card(scripted), faults, from: line.blocks)
                host = BlockProtocol(settings)
            }
            let before = scripted.commands.count
            step = host.begin(command.span)
            while case .send = step { step = Self.crossed(&host, &line) }
            let got = Array(scripted.commands[before...])
            if got.count > 1 { outcome.wrongs.append("carried out \(got.count) times") }
            if let first = got.first, first != command { outcome.wrongs.append("the card got another command") }
            switch step {
            case .finished:
                outcome.ends.append(.answered(host.response))
                let isRight = got.count == 1 && host.response == Self.answer(command, scripted.commands.count)
                if !isRight { outcome.wrongs.append("a wrong answer of \(host.response.count) bytes") }
            case .failed(let failure): outcome.ends.append(.failed(failure))
            case .send: break
            }
        }
        (outcome.blocks, outcome.commands) = (line.blocks, scripted.commands)
        return outcome
    }

    private func card(_ card: any SimulatedCard) -> BlockCard {
        let card = BlockCard(card, waiting: .seconds(1))
        card.whims = whims
        return card
    }

    private static func crossed(_ host: inout BlockProtocol, _ line: inout DisturbedLine) -> BlockProtocol.Step {
        guard let answer = line.cross(host.block) else { return host.receiveNothing(isGarbled: false) }
        return host.receive(answer.span)
    }
}
