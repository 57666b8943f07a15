import Diagnosis

/// A value in a D-Bus message (D-Bus Specification, "Type System"), as far as the services need it that we speak to.
public indirect enum BusValue {
    /// A whole number of this width, or a byte.
    case number(Int64, BusNumber)
    /// True or false.
    case bool(Bool)
    /// Text.
    case string(String)
    /// The path of an object.
    case path(String)
    /// An array of bytes, which are wiped when nobody needs them any more.
    case bytes(Secret)
    /// An array of anything else, with the signature of its elements.
    case array(of: String, [BusValue])
    /// An array of dictionary entries, with the signatures of key and value.
    case dictionary(key: String, value: String, [(key: BusValue, value: BusValue)])
    /// A structure.
    case structure([BusValue])
    /// A value with its signature.
    case variant(BusValue)
    /// A value of a type that nothing here uses; it is passed over.
    case other

    /// A dictionary of properties or options: `a{sv}`.
    public static func properties(_ members: [(String, BusValue)]) -> BusValue {
        .dictionary(key: "s", value: "v", members.map { (.string($0.0), .variant($0.1)) })
    }

    /// An array of texts.
    public static func strings(_ texts: [String]) -> BusValue { .array(of: "s", texts.map { .string($0) }) }

    /// The text of a string or path; `nil` for anything else.
    public var text: String? {
        switch self {
        case .string(let text), .path(let text): text
        case .variant(let value): value.text
        default: nil
        }
    }

    /// The truth; `nil` for anything else.
    public var truth: Bool? {
        switch self {
        case .bool(let value): value
        case .variant(let value): value.truth
        default: nil
        }
    }

    /// The number; `nil` for anything else.
    public var integer: Int64? {
        switch self {
        case .number(let value, _): value
        case .variant(let value): value.integer
        default: nil
        }
    }

    /// The bytes of an array of them; `nil` for anything else.
    public var octets: Secret? {
        switch self {
        case .bytes(let bytes): bytes
        case .variant(let value): value.octets
        default: nil
        }
    }

    /// The elements of an array; none of anything else.
    public var elements: [BusValue] {
        switch self {
        case .array(_, let elements): elements
        case .variant(let value): value.elements
        default: []
        }
    }

    /// The entries of a dictionary whose keys are text, the last of each counting; none of anything else.
    public var members: [String: BusValue] {
        switch self {
        case .dictionary(_, _, let entries):
            Dictionary(entries.compactMap { entry in entry.key.text.map { ($0, entry.value) } }) { $1 }
        case .variant(let value): value.members
        default: [:]
        }
    }
}

/// The width of a whole number, by its type code.
public enum BusNumber: UInt8, Sendable {
    /// 8 bits without sign.
    case byte = 0x79  // y
    /// 16 bits.
    case int16 = 0x6E  // n
    /// 16 bits without sign.
    case uint16 = 0x71  // q
    /// 32 bits.
    case int32 = 0x69  // i
    /// 32 bits without sign.
    case uint32 = 0x75  // u
    /// 64 bits.
    case int64 = 0x78  // x
}
