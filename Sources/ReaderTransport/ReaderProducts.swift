/// Products at USB of which their interfaces do not say what has to be known.
public struct ReaderProducts: Sendable, Hashable {
    /// A CCID interface of theirs is of the maker's own class.
    public var unmarked: Set<USBProduct>
    /// They are card readers without CCID: all there is, is the bulk pair of an interface of the maker's own class.
    public var withoutCCID: Set<USBProduct>
    /// Their driver can do without their CCID interfaces, because it reaches the cards through the program that holds them.
    public var cardsElsewhere: Set<USBProduct>

    /// Products; of all others the interfaces say it.
    public init(unmarked: Set<USBProduct> = [], withoutCCID: Set<USBProduct> = [], cardsElsewhere: Set<USBProduct> = []) {
        self.unmarked = unmarked
        self.withoutCCID = withoutCCID
        self.cardsElsewhere = cardsElsewhere
    }
}
