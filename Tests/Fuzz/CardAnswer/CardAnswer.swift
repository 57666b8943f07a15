import Certificates
import Diagnosis
import DualInterfaceSimulator
import Glibc
import MyNumberCard
import ReaderKit
import SimulationKit
import Station

/// A hostile card under a whole identity: its answers are the bytes, the first byte of each its length. Whatever it answers, each
/// operation ends with a result or an error, and in virtual time soon.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCardAnswer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let station = Station(.virtual)
    let simulator = DualInterfaceReaderSimulator()
    simulator.place(HostileCard(Array(UnsafeBufferPointer(start: start, count: count))), at: .zero)
    let attachment = InProcessHost(simulator, on: station)
    guard let reader = try? CardLaneDriver().open(attachment, name: "fuzz", on: station) else { abort() }
    // Takes the device off its station; the two hold each other.
    defer { reader.close() }
    // The card is placed by the device's own time, which passes while the station waits.
    _ = station.next(until: .zero + .milliseconds(1))
    // Its answer to reset is a good one, so there must be a channel: without it nothing would be tried below.
    guard let channel = try? reader.connect(slot: 0, until: .zero + .seconds(5)) else { abort() }
    let card = MyNumberCard(CardSession(channel, on: station, memory: SharedLengthMemory()), on: station)
    try? card.select()
    _ = try? card.authenticationPINState()
    if let der = try? card.readAuthenticationCertificate(), der.count > 8_192 { abort() }
    _ = try? card.verifyAuthenticationPIN(Secret([0x31, 0x32, 0x33, 0x34]))
    _ = try? card.sign(digestInfo: [0x30])
    personal(card)
    channel.close()
    return 0
}

/// What the card holds of its person; its answers decide how far each of these gets.
private func personal(_ card: MyNumberCard) {
    let code = Secret([UInt8](repeating: 0x31, count: 14))
    let (pin, key) = (Secret([UInt8](repeating: 0x31, count: 4)), Secret([UInt8](repeating: 0x31, count: 6)))
    let checker = CVChecker(anchors: .none)
    guard let challenge = try? Challenge(bytes: [UInt8](repeating: 0, count: 32)) else { abort() }
    _ = try? card.readTokenInformation()
    _ = try? card.readIssueRecord()
    _ = try? card.readTextInformation()
    _ = try? card.readFaceInformation()
    if let items = (try? card.readFourItems(pin: pin, lastTry: .spend))?.content {
        _ = try? card.checkSignature(of: items, checker: checker)
    }
    if let face = (try? card.readCardFace(visualCode: code, lastTry: .spend))?.content {
        _ = try? card.checkGenuineness(by: face, challenge: challenge, checker: checker)
    }
    if let age = (try? card.readAgeRecord(birthKey: key))?.content { _ = try? card.checkSignature(of: age, checker: checker) }
    _ = try? card.change(.textPIN, from: pin, to: pin)
    _ = try? card.counters()
}

/// A test double: answers what it is told to, then nothing.
private final class HostileCard: SimulatedCard {
    let answerToReset: [UInt8] = [0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x7F]
    private let answers: [UInt8]
    private var position = 0

    init(_ answers: [UInt8]) { self.answers = answers }

    func powerOn(at now: Instant) {}
    func powerOff() {}
    func warmReset(at now: Instant) {}

    func process(_ command: Span<UInt8>, into response: inout [UInt8], at now: Instant) -> Duration? {
        guard position < answers.count else { return nil }
        let end = min(answers.count, position + 1 + Int(answers[position]))
        response.removeAll(keepingCapacity: true)
        response.append(contentsOf: answers[position + 1..<end])
        position = end
        return .zero
    }
}
