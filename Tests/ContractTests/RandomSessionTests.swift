import Conformance
import ContractBenches
import Diagnosis
import ISO7816
import ReaderKit
import ReaderTransport
import SimulationKit
import Station
import TestSupport
import Testing

/// People and hosts that do anything at any time: whatever was asked ends once or was taken back, nothing that is over speaks, and the
/// device has nothing to complain of.
@Suite struct RandomSessionTests {
    @Test(arguments: ContractReader.withTerminal)
    func whateverHappensEveryPromptEndsOnce(_ reader: ContractReader) throws {
        var ends = 0
        for seed in UInt64(1)...12 {
            let session = try RandomSession(reader.bench(), seed: seed)
            ends += session.run(steps: 60)
            #expect(session.faults.isEmpty, "\(reader.name), seed \(seed): \(session.faults.prefix(3))")
            if !session.faults.isEmpty { break }
        }
        // Not merely taken back.
        #expect(ends > 40)
    }
}

/// One such session and what was wrong in it.
private final class RandomSession {
    private(set) var faults: [String] = []

    private struct Prompt {
        let id: PromptID
        let question: FacetQuestion
        var isOver = false
    }

    private let bench: any ContractBench
    private let reader: any FacetedReader
    private var random: SeededGenerator
    private var prompts: [Prompt] = []
    private var channel: (any CardChannel)?
    /// Until when somebody may still handle the card.
    private var cardBusyUntil = Instant.zero
    private var hasCard = false
    private var ends = 0

    private static let verify = CommandHeader(cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x80)

    init(_ bench: any ContractBench, seed: UInt64) throws {
        self.bench = bench
        random = SeededGenerator(seed: seed)
        guard let reader = try bench.open() as? any FacetedReader else { throw BenchError("no facets") }
        self.reader = reader
    }

    /// How many prompts ended by themselves.
    func run(steps: Int) -> Int {
        for _ in 0..<steps { step() }
        // Nobody does anything any more: whatever is open comes to its end.
        pump(.seconds(320))
        for prompt in prompts where !prompt.isOver { faults.append("\(prompt.question) never ended") }
        reader.close()
        faults += bench.complaints
        return ends
    }

    private func step() {
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1: showSomething()
        case 2: attempt { () throws(ReaderError) in try ask(.passcode) { panel throws(ReaderError) in try panel.askPasscode() } }
        case 3: lookForSomething()
        case 4: if let open = prompts.indices.filter({ !prompts[$0].isOver }).randomElement(using: &random) { withdraw(open) }
        case 5: handleCard()
        case 6: askForPIN()
        case 7: useCard()
        case 8...9: doSomething()
        default: break
        }
        pump(.milliseconds(Int.random(in: 0...6, using: &random) == 0 ? Int.random(in: 0...40_000, using: &random) : 700))
    }

    // MARK: The host

    private func showSomething() {
        let group = ScreenConsentGroup.allCases.randomElement(using: &random) ?? .surgery
        let screens: [Screen] = [
            .placeCard, .chooseMethod([.face, .pin]), .chooseMethod([.pin]), .lookIntoCamera, .enterPIN(triesLeft: 2), .chooseConsent,
            .consent(group), .done(name: "試験 太郎"), .removeCard, .message(Sentence(ja: "お待ちください。", en: "Please wait.")),
        ]
        guard let screen = screens.randomElement(using: &random), reader.patientScreen?.offered.contains(screen.kind) == true else {
            return
        }
        attempt { () throws(ReaderError) in
            guard let id = try reader.patientScreen?.show(screen) else { return }
            begin(id, .screen(screen))
        }
    }

    private func lookForSomething() {
        let isFace = Bool.random(using: &random)
        // The camera does one thing of a kind at a time.
        let isBusy = prompts.contains { prompt in
            guard !prompt.isOver else { return false }
            if case .match = prompt.question { return isFace }
            return prompt.question == .cardFace && !isFace
        }
        guard !isBusy else { return }
        attempt { () throws(ReaderError) in
            guard let face = reader.face else { return }
            if isFace {
                begin(try face.match(photograph: bench.photograph), .match(photograph: []))
            } else {
                begin(try face.readCardFace(), .cardFace)
            }
        }
    }

    private func askForPIN() {
        guard hasCard, bench.station.now > cardBusyUntil else { return }
        useCard()
        guard channel != nil, hasCard else { return }
        attempt { () throws(ReaderError) in
            guard let pad = reader.pinPad else { return }
            begin(try pad.verify(Self.verify, digits: 4, slot: 0), .pin(Self.verify, digits: 4))
        }
    }

    private func useCard() {
        attempt { () throws(ReaderError) in
            channel = nil
            channel = try reader.connect(slot: 0, until: bench.station.now + .seconds(5))
            var response: [UInt8] = []
            let select: [UInt8] = [0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01]
            try channel?.transmit(select.span, into: &response, until: bench.station.now + .seconds(5))
            if response != [0x90, 0x00] { faults.append("SELECT was answered by \(hex(response))") }
        }
    }

    private func ask(_ question: FacetQuestion, _ body: (any StaffPanel) throws(ReaderError) -> PromptID) throws(ReaderError) {
        if let panel = reader.staffPanel { begin(try body(panel), question) }
    }

    /// Errors are the host's affair where people handle cards as they like; they end nothing else.
    private func attempt(_ body: () throws(ReaderError) -> Void) {
        do throws(ReaderError) { try body() } catch {
            let expected: Set<ReaderError.Reason> = [.noCard, .cardRemoved, .readerBusy, .cardMute]
            if !expected.contains(error.reason) { faults.append("\(error)") }
        }
    }

    private func begin(_ id: PromptID, _ question: FacetQuestion) {
        if question.isShown { endWhere { $0.isShown && !(question.isKeypad && $0.isKeypadScreen) } }
        prompts.append(Prompt(id: id, question: question))
    }

    private func withdraw(_ index: Int) {
        let prompt = prompts[index]
        switch prompt.question {
        case .screen: reader.patientScreen?.withdraw(prompt.id)
        case .pin: reader.pinPad?.cancel(prompt.id)
        case .cardFace, .match: reader.face?.cancel(prompt.id)
        case .passcode, .visualCheck: reader.staffPanel?.withdraw(prompt.id)
        }
        prompts[index].isOver = true
        if prompt.question.isKeypad { endWhere(\.isKeypadScreen) }
    }

    private func endWhere(_ condition: (FacetQuestion) -> Bool) {
        for index in prompts.indices where !prompts[index].isOver && condition(prompts[index].question) { prompts[index].isOver = true }
    }

    // MARK: People

    private func handleCard() {
        let deeds: [BenchDeed] = hasCard ? [.remove, .swap(.other)] : [.place(.person), .place(.unreadable)]
        guard let deed = deeds.randomElement(using: &random), bench.station.now > cardBusyUntil else { return }
        hasCard = deed != .remove
        perform(deed)
        cardBusyUntil = bench.station.now + .seconds(4)
    }

    private func doSomething() {
        let deeds: [BenchDeed] =
            ContractButton.allCases.map { .press($0) } + ContractPerson.allCases.map { .stand($0) }
            + [.touch, .typePIN(.right), .typePIN(.half), .typePasscode, .pressStaffButton, .walkAway]
        if let deed = deeds.randomElement(using: &random) { perform(deed) }
    }

    private func perform(_ deed: BenchDeed) {
        do throws(BenchRefusal) { try bench.perform(deed, after: .milliseconds(Int.random(in: 0...3_000, using: &random))) } catch {
            faults.append("\(error)")
        }
    }

    // MARK: Events

    private func pump(_ time: Duration) {
        let end = bench.station.now + time
        while case .event(let event) = bench.station.next(until: end) {
            guard event.source == reader.source, let index = prompts.firstIndex(where: { $0.id.rawValue == event.token }) else { continue }
            if prompts[index].isOver { faults.append("\(prompts[index].question) speaks though it is over") }
            prompts[index].isOver = true
            ends += 1
            take(prompts[index])
        }
    }

    private func take(_ prompt: Prompt) {
        attempt { () throws(ReaderError) in
            switch prompt.question {
            case .screen(let screen):
                guard let answer = try reader.patientScreen?.answer(to: prompt.id) else { return }
                if !prompt.question.allows(answer) { faults.append("\(answer) at \(screen)") }
            case .pin:
                defer { endWhere(\.isKeypadScreen) }
                _ = try reader.pinPad?.result(prompt.id)
            case .cardFace:
                do throws(ReaderError) { _ = try reader.face?.visualCode(prompt.id) } catch {
                    if error.reason != .cardFaceUnreadable { throw error }
                }
            case .match:
                if try reader.face?.verdict(prompt.id).endsScreen == true { endWhere { $0 == .screen(.lookIntoCamera) } }
            case .passcode: _ = try reader.staffPanel?.passcode(prompt.id)
            case .visualCheck: _ = try reader.staffPanel?.wasLeft(prompt.id)
            }
        }
    }
}

extension FacetQuestion {
    fileprivate var isKeypad: Bool { if case .pin = self { true } else { false } }
    fileprivate var isKeypadScreen: Bool { if case .screen(.enterPIN) = self { true } else { false } }
}
