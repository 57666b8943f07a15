import Station

/// What crossed the cables of one station, in order: a file of JSON Lines (one object a line) that `Recorder` writes.
///
/// It holds what does not repeat by itself: what was submitted, how it ended and when, what was given up, what came to the station from
/// people and centres, and the cancel. Timers and deadlines are not in it: whoever waits for them in a replay sets them again, and they
/// ring again at the same moments of the clock.
public struct Recording: Sendable, Hashable {
    /// The version of the format, in the first line.
    public static let version = 1

    /// The program that wrote it, with its version.
    public let program: String
    /// How time passed on the station.
    public let clock: Station.Time
    /// The Unix time at the start of the station's clock, in seconds.
    public let startUnixTime: Int64
    /// What else the caller said of it: the options of its command, never a secret.
    public let options: [String: String]
    /// Everything that happened, in order.
    public let records: [Record]
    /// How it ended, in the caller's words; `nil` where the file is cut.
    public let outcome: String?

    /// A recording.
    public init(
        program: String, clock: Station.Time, startUnixTime: Int64, options: [String: String], records: [Record], outcome: String?
    ) {
        self.program = program
        self.clock = clock
        self.startUnixTime = startUnixTime
        self.options = options
        self.records = records
        self.outcome = outcome
    }

    /// One thing that happened.
    public struct Record: Sendable, Hashable {
        /// Its line in the file, counted from 1.
        public let line: Int
        /// When, on the station's clock.
        public let at: Instant
        /// What.
        public let event: Event

        /// A record.
        public init(line: Int, at: Instant, event: Event) {
            self.line = line
            self.at = at
            self.event = event
        }
    }

    /// What happened. Devices are numbered from 0 in the order in which they were opened, transfers from 1 on each device.
    public enum Event: Sendable, Hashable {
        /// A device was opened; one that left and came back is another.
        case open(device: Int, name: String, lanes: [Lane])
        /// A transfer was submitted, with what it sends.
        case submit(device: Int, number: Int, Transfer, Payload)
        /// A transfer ended, with what it received.
        case complete(device: Int, number: Int, TransferStatus, Payload)
        /// A transfer was given up.
        case abort(device: Int, number: Int)
        /// The use of a device ended.
        case close(device: Int)
        /// Something came to the station from elsewhere; name and bytes are the caller's.
        case post(name: String, Payload)
        /// Somebody asked the station to stop.
        case cancel
    }

    /// Bytes, or only how many there were where they were withheld.
    public struct Payload: Sendable, Hashable {
        /// How many.
        public let count: Int
        /// Which; `nil` where they were withheld.
        public let bytes: [UInt8]?

        /// Bytes.
        public init(_ bytes: [UInt8]) {
            count = bytes.count
            self.bytes = bytes
        }

        /// Nothing for no bytes, else so many that were withheld.
        public init(withheld count: Int) {
            self.count = count
            bytes = count == 0 ? [] : nil
        }
    }
}

extension Recording.Event {
    /// What it carries; `nil` where it carries none.
    public var payload: Recording.Payload? {
        switch self {
        case .submit(_, _, _, let payload), .complete(_, _, _, let payload), .post(_, let payload): payload
        case .open, .abort, .close, .cancel: nil
        }
    }

    /// Whether it comes to the program, rather than from it.
    var isInbound: Bool {
        switch self {
        case .complete, .post, .cancel: true
        case .open, .submit, .abort, .close: false
        }
    }
}
