import ReaderTransport
import Station
import TestSupport

/// A session at a CCID reader that is written down by hand, as a recording.
struct Session {
    private var records: [Recording.Record] = []
    private var numbers = 0
    private var now = Instant.zero

    static let lane = LaneID(rawValue: 0)
    /// The class descriptor of a reader at the extended APDU level (CCID 1.1 clause 5.1).
    static let descriptor = hex(
        """
        36 21 1001 00 07 03000000 A00F0000 A00F0000 00 002A0000 16400500 00 FE000000 00000000 00000000 BA040400 0F010000 FF FF 0000 01 01
        """)
    static let reader = [Lane(id: lane, kind: .ccid, slots: 1, descriptor: descriptor, packetSize: 64)]

    init(_ lanes: [Lane] = Session.reader, name: String = "usb:054c:0dc8@1-2 (usb 054C:0DC8)") {
        add(.open(device: 0, name: name, lanes: lanes))
    }

    var recording: Recording {
        Recording(
            program: "test 1", clock: .real, startUnixTime: 1_700_000_000, options: ["reader": "usb:*"], records: records, outcome: nil)
    }

    private mutating func add(_ event: Recording.Event) {
        records.append(Recording.Record(line: records.count + 2, at: now, event: event))
        now = now + .nanoseconds(1_234_567)
    }

    @discardableResult
    mutating func submit(_ operation: Transfer.Operation, _ payload: Recording.Payload = .init([]), lane: LaneID = Session.lane) -> Int {
        numbers += 1
        add(.submit(device: 0, number: numbers, Transfer(lane: lane, slot: 0, operation: operation), payload))
        return numbers
    }

    mutating func complete(_ number: Int, _ status: TransferStatus = .completed, _ payload: Recording.Payload = .init([])) {
        add(.complete(device: 0, number: number, status, payload))
    }

    mutating func abort(_ number: Int) { add(.abort(device: 0, number: number)) }

    mutating func close() { add(.close(device: 0)) }

    /// A message to the reader and its answer.
    mutating func exchange(_ command: String, _ answer: String) {
        complete(submit(.write, .init(hex(command))))
        complete(submit(.read(atMost: 271)), .completed, .init(hex(answer)))
    }

    /// Everything that a reader at an APDU level says: power, chaining both ways, more time, failures, an abort, halts, notifications.
    static var whole: Session {
        var session = Session()
        let notice = session.submit(.readInterrupt(atMost: 4))
        session.exchange("65 00000000 00 00 000000", "81 00000000 00 00 02 00 01")
        session.complete(notice, .completed, .init(hex("5003")))
        let second = session.submit(.readInterrupt(atMost: 4))
        session.exchange("62 00000000 00 01 000000", "80 0D000000 00 01 00 00 00 3B888001000005E0B381A1007F")
        session.exchange("6C 00000000 00 02 000000", "82 07000000 00 02 00 00 01 11 10 00 4D 00 FE 00")
        session.exchange("6F 0F000000 00 03 00 0000 00A4040C0AD392F000260100000001", "80 02000000 00 03 00 00 00 9000")
        // An APDU of extended length in three blocks (clause 6.1.4). Wireshark takes each for an APDU, so each is long enough for one.
        session.exchange("6F 08000000 00 04 00 0100 802A0080 00000801", "80 00000000 00 04 00 00 10")
        session.exchange("6F 04000000 00 05 00 0300 02030405", "80 00000000 00 05 00 00 10")
        session.exchange("6F 05000000 00 06 00 0200 0607080000", "80 00000000 00 06 80 02 00")
        session.complete(session.submit(.read(atMost: 271)), .completed, .init(hex("80 06000000 00 06 00 00 01 3082056C3082")))
        // The next part of the answer is asked for (bChainParameter 1, 3, 2).
        session.exchange("6F 00000000 00 07 00 1000", "80 02000000 00 07 00 00 03 AABB")
        session.exchange("6F 00000000 00 08 00 1000", "80 03000000 00 08 00 00 02 CC9000")
        session.exchange("6F 05000000 00 09 00 0000 00C0000002", "80 00000000 00 09 40 FE 00")
        session.exchange("6B 02000000 00 0A 000000 1234", "83 02000000 00 0A 00 00 00 5678")
        session.exchange(
            "69 13000000 00 0B 00 0000 00 00 82 04 00 0404 02 FF 0409 00 00 00 00 0020 00 80", "80 02000000 00 0B 00 00 00 6401")
        session.exchange("61 07000000 00 0C 010000 11 10 00 4D 00 FE 00", "82 07000000 00 0C 00 00 01 11 10 00 4D 00 FE 00")
        session.exchange("6D 00000000 00 0D 000000", "82 07000000 00 0D 00 00 01 11 10 00 4D 00 FE 00")
        session.exchange("6E 00000000 00 0E 010000", "81 00000000 00 0E 00 00 03")
        session.exchange("71 00000000 00 0F 040000", "81 00000000 00 0F 40 00 00")
        // A command that is given up: ABORT at the control endpoint and on the bulk endpoint (clause 5.3.1).
        let given = session.submit(.read(atMost: 271))
        session.complete(session.submit(.write, .init(hex("6F 05000000 00 10 00 0000 00B0000000"))))
        session.complete(session.submit(.control(ControlRequest(requestType: 0x21, request: 1, value: 0x1100, length: 0))))
        session.complete(session.submit(.write, .init(hex("72 00000000 00 11 000000"))))
        session.complete(given, .completed, .init(hex("81 00000000 00 11 00 00 00")))
        session.complete(session.submit(.write, .init(hex("65 00000000 00 12 000000"))), .stalled)
        session.complete(session.submit(.clearHalt))
        session.abort(session.submit(.read(atMost: 271)))
        session.exchange("63 00000000 00 13 000000", "81 00000000 00 13 01 00 01")
        session.complete(second, .completed, .init(hex("51 00 13 01")))
        session.submit(.readInterrupt(atMost: 4))
        session.close()
        return session
    }
}
