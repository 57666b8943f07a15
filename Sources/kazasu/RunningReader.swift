import Cards
import Commands
import Diagnosis
import DriverCatalog
import GenericCCID
import Glibc
import ReaderKit
import SimulationKit
import SimulatorCatalog
import Staging
import Station

/// A simulated reader while `kazasu simulate reader` runs: orders come in, answers go out.
final class RunningReader {
    private let invocation: Invocation
    private let interrupts: Interrupts
    private let card: VirtualCard
    private let cast: StagedCast
    /// The passcode, where nobody has given one: whoever sits there must be told.
    private let drawnPasscode: [UInt8]?
    private let reader: SimulatedReader
    private let host: any ReaderHost
    private var hasPlacedCard = false

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        // Before anything else, so that the secrets are out of the environment even where something is wrong.
        let secrets = try SimulateCardCommand.secrets(invocation.environment)
        let passcode = try SimulateCardCommand.secret(SimulateReaderCommand.passcode, invocation.environment, lengths: 4...4)
        let words = invocation[SimulateReaderCommand.model].first?.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let name = words?.first.map { String($0) }
        let missing = invocation.missingParts
        let profiles = try invocation.profiles()
        let models = SimulatorModel.all(without: missing).filter(\.isShowable) + profiles.compactMap { SimulatorModel($0) }
        guard let model = models.first(where: { $0.name == name }) else {
            let known = models.map(\.name).joined(separator: ", ")
            throw invocation.misuse(Sentence(ja: "機種は次のいずれかです：\(known)", en: "MODEL must be one of \(known)."))
        }
        guard missing.isEmpty || model.hasParts else {
            throw invocation.misuse(Sentence(ja: "--without は exhibit だけで使えます。", en: "--without is for exhibit only."))
        }
        let place = try Place(invocation)
        let simulated = try invocation.simulatedCard(SimulateCardCommand.card, default: SimulateCardCommand.fallback, chosen: secrets)
        card = simulated.card
        let digits = passcode ?? (0..<4).map { _ in UInt8.random(in: UInt8(ascii: "0")...UInt8(ascii: "9")) }
        drawnPasscode = passcode == nil ? digits : nil
        cast = StagedCast(
            card: simulated.staged, pin: Secret(simulated.credentials[.authenticationPIN] ?? []), passcode: Secret(digits))
        reader = model.makeReader(link: simulated.link)
        if let words, words.count == 2 { try Self.choose(String(words[1]), of: reader, model, profiles, invocation) }
        if let interface = invocation[CardOptions.interface], !reader.interfaces.contains(interface) {
            throw invocation.misuse(SimulatedSource.withoutInterface)
        }
        host = try place.host(for: reader, model, invocation)
        interrupts = Interrupts.watch { _ in }
    }

    /// Has the card placed in the slot of this name or number.
    private static func choose(
        _ slot: String, of reader: SimulatedReader, _ model: SimulatorModel, _ profiles: [ReaderProfile], _ invocation: Invocation
    ) throws {
        // A part that is left out leaves its name behind.
        let names = Array(DriverCatalog.slotNames(of: model.usb, profiles).prefix(reader.slotCount))
        guard let index = SlotReader.index(of: slot, among: names, count: reader.slotCount) else {
            let numbers = (0..<reader.slotCount).map { "\($0)" }
            let known = zip(numbers, names).map { $1.isEmpty ? $0 : $1 } + numbers.dropFirst(names.count)
            let list = known.joined(separator: ", ")
            throw invocation.misuse(Sentence(ja: "# の後のスロットは次のいずれかです：\(list)", en: "The slot behind # must be one of \(list)."))
        }
        reader.useSlot(index)
    }

    func run() throws -> Int32 {
        let input = ControlInput<ReaderOrder>(descriptor: STDIN_FILENO)
        let takesKeys = input?.takesKeys == true && TerminalSettings.change(STDIN_FILENO, for: .singleKeys)
        defer { TerminalSettings.restore(STDIN_FILENO) }
        if reader.terminal != nil, let drawnPasscode {
            let text = String(decoding: drawnPasscode, as: UTF8.self)
            tell(Sentence(ja: "職員のパスコードは \(text) です", en: "the staff's passcode is \(text)"))
        }
        if takesKeys { tellHelp() }
        perform(.place(cast.card))
        try host.plug()
        let ending = try host.run(cancellation: interrupts.cancellation.descriptor, control: input?.descriptor) {
            guard let (words, isEnd) = input?.read() else { return ControlOutcome.ended }
            for word in words {
                try carryOut(word)
                if word == .order(.quit) { return .quit }
            }
            return isEnd ? .ended : .goOn
        }
        for complaint in reader.complaints { invocation.log(complaint) }
        if let failure = host.failure { throw failure }
        switch ending {
        case .quit: return 0
        case .cancelled: return interrupts.received?.exitStatus ?? FailureCategory.cancelled.exitStatus
        }
    }

    // MARK: Orders

    private func carryOut(_ word: ControlInput<ReaderOrder>.Word) throws {
        switch word {
        case .order(.staged(let word)): try answer(try act(word))
        case .order(.status): try answer("status")
        case .order(.quit):
            host.unplug()
            try answer("ended")
        case .order(.help), .unknown:
            tellHelp()
            try answer(word == .unknown ? "unknown" : "help")
        }
    }

    /// Has it happen; what is answered.
    private func act(_ word: StagedWord) throws -> String {
        guard reader.terminal != nil || !word.needsTerminal else { return "not-here" }
        switch word {
        case .place:
            if !isCardThere { perform(.place(cast.card)) }
            return "inserted"
        case .remove:
            if isCardThere { perform(.remove) }
            return "removed"
        case .plug:
            try host.plug()
            return "plugged"
        case .unplug:
            host.unplug()
            return "unplugged"
        default:
            if let action = word.action(by: cast) { perform(action) }
            return "done"
        }
    }

    private func perform(_ action: StagedAction) {
        switch action {
        case .place: hasPlacedCard = true
        case .remove: hasPlacedCard = false
        default: break
        }
        reader.stage(StagedEvent(.at(.now), action))
    }

    private var isCardThere: Bool {
        if reader.usesOtherSlot { return hasPlacedCard }
        return reader.terminal.map { $0.card != nil } ?? reader.ccid?.hasCard() ?? hasPlacedCard
    }

    private func answer(_ name: String) throws {
        // The hand has moved: the device is to know before it is asked.
        host.advance()
        try invocation.answer(name, status: status)
    }

    private var status: [(name: String, value: StatusValue)] {
        let counts = reader.ccid?.counts
        return [
            ("card", .word(isCardThere ? "inserted" : "removed")),
            (host.linkName, .word(host.isAttached ? "attached" : host.isPlugged ? "waiting" : "unplugged")),
            ("power", .word(reader.ccid?.isPowered() == true ? "on" : "off")),
            ("busy", .word(reader.ccid?.isBusy() == true ? "yes" : "no")),
            ("screen", .word(reader.terminal?.screen?.kind.rawValue)),
            ("pinTriesLeft", .number(card.triesLeft(of: .authenticationPIN))),
            ("passwordTriesLeft", .number(card.triesLeft(of: .signaturePassword))),
            ("commands", .number(counts?.commands)),
            ("powerUps", .number(counts?.powerUps)),
            ("powerDowns", .number(counts?.powerDowns)),
            ("warmResets", .number(counts?.warmResets)),
            ("timeExtensions", .number(counts?.timeExtensions)),
            ("aborts", .number(counts?.aborts)),
            ("complaints", .number(reader.complaints.count)),
        ]
    }

    // MARK: Messages, for people

    private func tellHelp() {
        let keys = ReaderOrder.keys + (reader.terminal == nil ? [] : ReaderOrder.terminalKeys)
        let list = keys.map { "\($0.key) \($0.summary.text(in: invocation.language))" }
        invocation.streams.error.writeLine(list.joined(separator: invocation.language == .japanese ? "、" : ", "))
    }

    private func tell(_ sentence: Sentence) { invocation.streams.error.writeLine(sentence.text(in: invocation.language)) }
}
