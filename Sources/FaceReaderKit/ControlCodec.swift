import Diagnosis
import ReaderKit

/// What has come from the device, as far as any dialogue needs to know.
public enum ControlMessage: Sendable {
    /// A part of something that goes on.
    case part
    /// An answer to the command with this number.
    case response(number: UInt8, ControlOutcome)
    /// Something has happened; `nil` where the driver does not know what.
    case event(FaceEvent?)
}

/// How a command ended.
public enum ControlOutcome: Sendable {
    /// It was done, with results.
    case done([UInt8])
    /// The device could not read it (NAK). Number 0 is for the present command: its own could not be read either.
    case unreadable
    /// It was refused.
    case failed(ReaderError)

    /// What a status other than NAK means, in the order that all reference protocols have; `results` are those of a status 00.
    public init(status: UInt8, _ results: @autoclosure () -> [UInt8]) {
        self =
            switch status {
            case 0x00: .done(results())
            case 0x01: .unreadable
            case 0x02: .failed(ReaderError(.notSupported, cause: "the reader does not know the command"))
            case 0x03: .failed(ReaderError(.inputOutput, cause: "the reader finds a parameter wrong"))
            case 0x04: .failed(ReaderError(.readerBusy, cause: "the reader says: not now"))
            case 0x05: .failed(ReaderError(.notSupported, cause: "not on this firmware"))
            default: .failed(ReaderError(.inputOutput, cause: "status \(status) on the control lane"))
            }
    }
}

/// How the commands and messages of one reader model are written.
public protocol ControlCodec {
    /// How much of a photograph goes into one command, in bytes.
    static var mostPhotograph: Int { get }
    /// How long a message from the device is at most, in bytes.
    static var mostMessage: Int { get }

    /// A command as the messages that are sent for it, in order.
    func messages(_ command: FaceCommand, number: UInt8) -> [[UInt8]]
    /// What has come; `nil` where it is nothing that the protocol knows.
    mutating func read(_ message: Span<UInt8>) -> ControlMessage?
}

/// What is sent for a command and how it comes back: what the lanes of readers do not have in common.
public protocol ControlCarrier: AnyObject {
    /// How much of a photograph goes into one command, in bytes.
    var mostPhotograph: Int { get }

    /// Begins to carry, for `dialogue`, which is told what comes.
    func start(for dialogue: ControlDialogue)
    /// Sends a command, in place of what is still on its way; once it has gone out, `dialogue` is told so.
    func send(_ command: FaceCommand, number: UInt8)
    /// The command has ended: nothing more of it is sent.
    func finish()
    /// No response came when it was due.
    func missResponse()
    /// Ends everything.
    func stop()
}

extension Secret {
    /// So many ASCII digits; `nil` for anything else.
    public convenience init?(digits: some Collection<UInt8>, count: Int) {
        guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.init(digits)
    }
}

extension FixedWidthInteger {
    /// The bytes of the number, most significant first.
    public var bigEndianBytes: [UInt8] { littleEndianBytes.reversed() }
    /// The bytes of the number, least significant first.
    public var littleEndianBytes: [UInt8] {
        stride(from: 0, to: Self.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: self >> $0) }
    }
}
