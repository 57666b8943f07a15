import Station

// Operations, statuses and lanes as recordings write them: a word, and numbers behind it in decimal digits.

extension Transfer.Operation {
    /// The operation in a recording, such as `read 64`.
    public var text: String {
        switch self {
        case .powerCard(.cold): "power-cold"
        case .powerCard(.warm): "power-warm"
        case .powerOffCard: "power-off"
        case .exchange: "exchange"
        case .watchPresence(let known): "watch-presence \(known.isPresent ? 1 : 0) \(known.changes)"
        case .write: "write"
        case .read(let limit): "read \(limit)"
        case .readInterrupt(let limit): "read-interrupt \(limit)"
        case .control(let request): "control \(request.requestType) \(request.request) \(request.value) \(request.length)"
        case .clearHalt: "clear-halt"
        }
    }

    /// The operation that a recording names; `nil` for anything else.
    public init?(text: String) {
        let words = Words(text)
        switch (words.name, words.numbers.count) {
        case ("power-cold", 0): self = .powerCard(.cold)
        case ("power-warm", 0): self = .powerCard(.warm)
        case ("power-off", 0): self = .powerOffCard
        case ("exchange", 0): self = .exchange
        case ("watch-presence", 2):
            guard let isPresent = words[0, as: UInt8.self], isPresent <= 1, let changes = words[1, as: UInt32.self] else { return nil }
            self = .watchPresence(known: CardPresence(isPresent: isPresent == 1, changes: changes))
        case ("write", 0): self = .write
        case ("read", 1):
            guard let limit = words[0, as: UInt32.self] else { return nil }
            self = .read(atMost: Int(limit))
        case ("read-interrupt", 1):
            guard let limit = words[0, as: UInt32.self] else { return nil }
            self = .readInterrupt(atMost: Int(limit))
        case ("control", 4):
            guard let type = words[0, as: UInt8.self], let request = words[1, as: UInt8.self], let value = words[2, as: UInt16.self],
                let length = words[3, as: UInt16.self]
            else { return nil }
            self = .control(ControlRequest(requestType: type, request: request, value: value, length: length))
        case ("clear-halt", 0): self = .clearHalt
        default: return nil
        }
    }
}

extension TransferStatus {
    /// The status in a recording, such as `failed -5`.
    public var text: String {
        switch self {
        case .mute(let code): "mute \(code)"
        case .failed(let code): "failed \(code)"
        default: Self.plain.first { $0.status == self }?.text ?? ""
        }
    }

    /// The status that a recording names; `nil` for anything else.
    public init?(text: String) {
        let words = Words(text)
        switch (words.name, words.numbers.count) {
        case ("mute", 1):
            guard let code = words[0, as: Int64.self] else { return nil }
            self = .mute(code)
        case ("failed", 1):
            guard let code = words[0, as: Int64.self] else { return nil }
            self = .failed(code)
        default:
            guard let plain = Self.plain.first(where: { $0.text == text }) else { return nil }
            self = plain.status
        }
    }

    private static let plain: [(status: TransferStatus, text: String)] = [
        (.completed, "completed"), (.aborted, "aborted"), (.noCard, "no-card"), (.cardReset, "card-reset"),
        (.heldByAnother, "held"), (.abandoned, "abandoned"), (.unplugged, "unplugged"), (.silent, "silent"), (.stalled, "stalled"),
        (.overflow, "overflow"),
    ]
}

extension Lane.Kind {
    /// The kind in a recording, such as `bulk`.
    public var text: String { Self.all.first { $0.kind == self }?.text ?? "" }

    /// The kind that a recording names; `nil` for anything else.
    public init?(text: String) {
        guard let known = Self.all.first(where: { $0.text == text }) else { return nil }
        self = known.kind
    }

    private static let all: [(kind: Lane.Kind, text: String)] = [
        (.card, "card"), (.ccid, "ccid"), (.bulk, "bulk"), (.hid, "hid"), (.serial, "serial"), (.gatt, "gatt"),
    ]
}

extension Station.Time {
    /// The kind of time in a recording.
    public var text: String { self == .virtual ? "virtual" : "real" }

    /// The kind of time that a recording names; `nil` for anything else.
    public init?(text: String) {
        switch text {
        case "virtual": self = .virtual
        case "real": self = .real
        default: return nil
        }
    }
}

/// A word and the numbers behind it.
private struct Words {
    let name: Substring
    let numbers: ArraySlice<Substring>

    init(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        name = parts.first ?? ""
        numbers = parts.dropFirst()
    }

    /// A number in decimal digits without a sign, or with a minus.
    subscript<Number: FixedWidthInteger>(index: Int, as type: Number.Type) -> Number? {
        let digits = numbers[numbers.startIndex + index]
        return digits.first == "+" ? nil : Number(digits)
    }
}
