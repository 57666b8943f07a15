// How several terminals write the end of a comparison; what each says of it is the same in their documents.

extension MatchEnding {
    /// The code of those that write a byte.
    public var code: UInt8 {
        switch self {
        case .verdict(.accepted): 0x00
        case .verdict(.otherPerson): 0x01
        case .verdict(.covered): 0x02
        case .verdict(.notAlive): 0x03
        case .verdict(.unclear): 0x04
        case .verdict(.badReference): 0x05
        case .timedOut: 0x10
        case .ended: 0x11
        }
    }

    /// The digit, in ASCII, of those that write characters.
    public var digit: UInt8 {
        switch self {
        case .verdict(.accepted): UInt8(ascii: "0")
        case .verdict(.otherPerson): UInt8(ascii: "1")
        case .verdict(.covered): UInt8(ascii: "2")
        case .verdict(.notAlive): UInt8(ascii: "3")
        case .verdict(.unclear): UInt8(ascii: "4")
        case .verdict(.badReference): UInt8(ascii: "5")
        case .timedOut: UInt8(ascii: "8")
        case .ended: UInt8(ascii: "9")
        }
    }
}
