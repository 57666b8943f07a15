import CCIDOverGATT
import Diagnosis
import ReaderKit
import ReaderTransport
import Station

/// The mutual authentication with which every use begins, and from which the session key comes (H: the maker's reference manual, clauses 5.3
/// and 5.7, and three implementations).
///
/// The reader sends a random number A, encrypted with the master key; we *decrypt* our own B followed by A and send that; the reader
/// encrypts it, compares A, and sends B encrypted. The session key is the first half of A followed by the first half of B.
///
/// A reader that was given a wrong key five times may be of no use ever after (M: a warning in one implementation, and error 07 in another).
/// So a key that was refused is not tried again by itself, nor is one whose answer never came.
final class Authentication {
    /// How long each answer may take.
    static let patience = Duration.seconds(3)
    /// How often it is begun, as long as the reader has not judged the key.
    static let mostTries = 3
    /// How many messages that answer nothing are dropped during one try.
    static let mostStrays = 64
    /// The sequence number of the first try. That the reader answers with the same is assumed; where it does not, numbers are not looked at.
    private static let firstSequence: UInt8 = 0x5A

    /// What came of it.
    struct Session {
        let cipher: SessionCipher
        /// Whether answers carry the sequence number of what they answer.
        let echoesSequence: Bool
    }

    private let line: GATTLine
    private let station: Station
    private let master: SessionCipher
    private let random: (Int) -> [UInt8]?
    private let source: SourceID
    private var receiver = FrameReceiver()
    private var token: UInt64 = 0
    private var sequence = Authentication.firstSequence
    private var expected: UInt8 = 0
    private var strays = 0
    private var answer: Result<InnerMessage, Failure>?

    private enum Failure: Error {
        /// What was sent has not been understood, or its answer has not: it may be sent again.
        case damaged
        case refused(String)
        case lost(TransferStatus)
    }

    init(_ line: GATTLine, master: SessionCipher, random: @escaping (Int) -> [UInt8]?, on station: Station) {
        self.line = line
        self.master = master
        self.random = random
        self.station = station
        source = station.makeSource()
    }

    /// Authenticates both sides.
    func run() throws(ReaderError) -> Session {
        // Not weak: nobody else holds this object, and the optimiser may end its life at its last use in here.
        line.hear = { self.hear($0) }
        line.lose = { self.end(.failure(.lost($0))) }
        defer {
            line.hear = { _ in }
            line.lose = { _ in }
        }
        var last = ReaderError(.readerGone)
        for _ in 0..<Self.mostTries {
            do throws(Failure) { return try attempt() } catch {
                last = try Self.retriable(error)
                line.listenAnew()
                sequence += 1
            }
        }
        throw last
    }

    /// The error of a try that may be repeated. Throws that of one that may not.
    private static func retriable(_ failure: Failure) throws(ReaderError) -> ReaderError {
        switch failure {
        case .damaged: return ReaderError(.inputOutput, cause: "the reader does not answer the authentication as it must")
        case .refused(let cause): throw ReaderError(.readerUnusable, cause: cause)
        case .lost(.aborted): throw ReaderError(.cancelled)
        case .lost(.unplugged): throw ReaderError(.readerGone)
        case .lost(.heldByAnother): throw ReaderError(.readerHeld)
        case .lost(let status): throw ReaderError(.inputOutput, cause: "\(status)")
        }
    }

    private func attempt() throws(Failure) -> Session {
        let first = try ask([0xE0, 0x00, 0x00, 0x45, 0x00], expecting: 0x45)
        guard first.data.count == 21, var readers = master.decrypt(Array(first.data[5...])) else { throw .damaged }
        guard var ours = random(16), ours.count == 16, let proof = master.decrypt(ours + readers) else {
            throw .refused("the system has no random numbers")
        }
        // The session key is made of them.
        defer {
            readers.wipe()
            ours.wipe()
        }
        let second: InnerMessage
        do throws(Failure) { second = try ask([0xE0, 0x00, 0x00, 0x46, 0x00] + proof, expecting: 0x46) } catch {
            // The reader may have judged the key and not said so.
            if case .damaged = error {
                throw isDamagedFrame ? error : .refused("the reader does not answer to its key; it is not tried again")
            }
            throw error
        }
        // E1 00 00 46 01 is the answer to a wrong key (M).
        guard second.data.count == 21, second.data[4] == 0x00 else { throw .refused("the reader has another key; it is not tried again") }
        guard master.decrypt(Array(second.data[5...])) == ours else { throw .refused("the reader does not prove that it has the key") }
        return Session(
            cipher: SessionCipher(key: Array(readers[..<8] + ours[..<8])), echoesSequence: first.sequence == sequence)
    }

    // Whether the reader said itself that what it got was damaged on the way, so that it has judged nothing.
    private var isDamagedFrame = false

    private func ask(_ data: [UInt8], expecting code: UInt8) throws(Failure) -> InnerMessage {
        (expected, answer, strays, isDamagedFrame) = (code, nil, 0, false)
        receiver.reset()
        token = station.makeToken()
        let message = InnerMessage(type: InnerMessage.escape, sequence: sequence, data: data)
        line.send([OuterFrame.encode(message.bytes)]) { [weak self] status in
            if status != .completed { self?.end(.failure(status == .stalled ? .damaged : .lost(status))) }
        }
        defer { line.takeBack() }
        // It may have failed at once.
        if let answer { return try answer.get() }
        if station.isCancelled { throw .lost(.aborted) }
        switch station.next(from: source, token: token, until: station.now + Self.patience) {
        case .event: return try (answer ?? .failure(.damaged)).get()
        case .deadline: throw .damaged
        case .cancelled: throw .lost(.aborted)
        }
    }

    private func end(_ answer: Result<InnerMessage, Failure>) {
        guard self.answer == nil else { return }
        self.answer = answer
        station.schedule(Event(source: source, token: token), at: station.now)
    }

    /// Takes what comes; what is left of an earlier use is encrypted with another key, and is passed over.
    private func hear(_ value: [UInt8]) {
        for item in receiver.take(value) {
            guard case .payload(let payload) = item, let message = InnerMessage(payload) else {
                pass()
                continue
            }
            // A late answer to an earlier try has another number, and another random number.
            let isLate = (Self.firstSequence..<sequence).contains(message.sequence)
            let isAnswer = message.type == InnerMessage.escapeAnswer && message.data.count >= 5 && !isLate
            if isAnswer, message.data.starts(with: [0xE1, 0x00, 0x00, expected]) {
                end(.success(message))
            } else if message.type == InnerMessage.hardwareError, message.data.isEmpty {
                end(.failure(judge(message.parameter)))
            } else {
                pass()
            }
        }
    }

    private func judge(_ code: UInt8) -> Failure {
        switch HardwareError(rawValue: code) {
        case .checksum:
            isDamagedFrame = true
            return .damaged
        case let error: return .refused("the reader refuses the authentication: \(error?.words ?? "error \(code)")")
        }
    }

    private func pass() {
        strays += 1
        if strays >= Self.mostStrays { end(.failure(.damaged)) }
    }
}
