import Glibc
import ISO7816

/// A block of T=1 as it came: prologue (NAD, PCB, LEN), information field, epilogue (ISO/IEC 7816-3 clause 11.3).
struct Block {
    /// What the PCB says (clause 11.3.2.2).
    enum Kind: Equatable {
        /// I-block: N(S), and whether the chain goes on (M).
        case information(sequence: UInt8, more: Bool)
        /// R-block: N(R), the number of the I-block that is awaited.
        case receiveReady(next: UInt8)
        /// S(... request).
        case request(Service)
        /// S(... response).
        case response(Service)
    }

    /// What an S-block is about.
    enum Service: UInt8 {
        /// Back to the beginning of the protocol.
        case resynchronization = 0
        /// The size of the information field.
        case fieldSize = 1
        /// The end of a chain before its time.
        case abortion = 2
        /// More time for the card.
        case waitingTime = 3
    }

    /// Why there is no block in what came: the lower bits of the R-block that says so (clause 11.3.2.2).
    enum Fault: UInt8, Error {
        /// Parity or error detection code.
        case transmission = 1
        /// Anything else.
        case other = 2
    }

    /// The largest information field (clause 11.4.2); 255 is reserved.
    static let longestField = 254

    let kind: Kind
    /// Where the information field lies.
    let field: Range<Int>

    /// The block in `bytes`. Throws what is wrong with them.
    init(_ bytes: Span<UInt8>, _ detection: ErrorDetection) throws(Fault) {
        let overhead = 3 + detection.count
        guard bytes.count >= overhead else { throw .transmission }
        guard detection.agrees(bytes) else { throw .transmission }
        let length = Int(bytes[2])
        // NAD 0: no addresses, no Vpp (clause 11.3.2.1).
        guard bytes[0] == 0, length <= Self.longestField, bytes.count == length + overhead else { throw .other }
        field = 3..<3 + length
        kind = try Self.kind(bytes[1], length)
        // The one byte of S(IFS) is a size; that of S(WTX) is any number.
        if kind == .request(.fieldSize) || kind == .response(.fieldSize) {
            guard (1...Self.longestField).contains(Int(bytes[3])) else { throw .other }
        }
    }

    private static func kind(_ pcb: UInt8, _ length: Int) throws(Fault) -> Kind {
        if pcb & 0x80 == 0 {
            let more = pcb & 0x20 != 0
            // A chain of nothing would never end.
            guard pcb & 0x1F == 0, !(more && length == 0) else { throw .other }
            return .information(sequence: pcb >> 6 & 1, more: more)
        }
        if pcb & 0x40 == 0 {
            guard pcb & 0x2F <= Fault.other.rawValue, length == 0 else { throw .other }
            return .receiveReady(next: pcb >> 4 & 1)
        }
        guard let service = Service(rawValue: pcb & 0x1F) else { throw .other }
        guard length == (service == .fieldSize || service == .waitingTime ? 1 : 0) else { throw .other }
        return pcb & 0x20 == 0 ? .request(service) : .response(service)
    }
}

extension ErrorDetection {
    /// The epilogue, in bytes.
    var count: Int { self == .longitudinalRedundancy ? 1 : 2 }

    /// Whether the last bytes are the code of those before.
    func agrees(_ bytes: Span<UInt8>) -> Bool {
        let end = bytes.count - count
        let code = code(of: bytes, end)
        return self == .longitudinalRedundancy
            ? bytes[end] == UInt8(truncatingIfNeeded: code)
            : bytes[end] == UInt8(truncatingIfNeeded: code >> 8) && bytes[end + 1] == UInt8(truncatingIfNeeded: code)
    }

    /// Appends the code of what is in `bytes`.
    func seal(_ bytes: inout [UInt8]) {
        let code = code(of: bytes.span, bytes.count)
        if self == .cyclicRedundancy { bytes.append(UInt8(truncatingIfNeeded: code >> 8)) }
        bytes.append(UInt8(truncatingIfNeeded: code))
    }

    /// LRC: exclusive-or. CRC: x^16 + x^12 + x^5 + 1 of ISO/IEC 13239, bits reversed, from FFFF on (clause 11.3.4); that it is not inverted
    /// and goes with the upper byte first is assumed, after common hosts: no card that has it is at hand.
    private func code(of bytes: Span<UInt8>, _ end: Int) -> UInt16 {
        var code: UInt16 = self == .longitudinalRedundancy ? 0 : 0xFFFF
        for index in 0..<end {
            code ^= UInt16(bytes[index])
            guard self == .cyclicRedundancy else { continue }
            for _ in 0..<8 { code = code & 1 == 0 ? code >> 1 : code >> 1 ^ 0x8408 }
        }
        return code
    }
}

extension [UInt8] {
    /// Overwrites what may have been a PIN, and empties.
    mutating func forget() {
        withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
        }
        removeAll(keepingCapacity: true)
    }
}
