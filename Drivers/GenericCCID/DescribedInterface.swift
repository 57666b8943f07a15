import CCID

extension ReaderProfile.Interface {
    /// What a profile says of a reader with this descriptor. Sizes that no profile takes become the nearest that it takes, which changes nothing
    /// for a real reader: it is used by what it says itself.
    public init(_ descriptor: ClassDescriptor, quirks: Set<Quirk>) {
        let message = descriptor.maximumMessageLength.clamped(to: Self.messageLengths)
        let longestField = descriptor.level == .tpdu ? Self.longestField : min(message, Self.fieldLengths.upperBound)
        self.init(
            quirks: quirks, protocols: CardProtocols(rawValue: descriptor.protocols).intersection([.t0, .t1]),
            features: descriptor.features.rawValue | descriptor.level.rawValue, maxMessageLength: message,
            maxIFSD: descriptor.maximumIFSD.clamped(to: Self.fieldLengths.lowerBound...longestField))
    }
}

extension UInt32 {
    fileprivate func clamped(to range: ClosedRange<UInt32>) -> UInt32 { Swift.min(Swift.max(self, range.lowerBound), range.upperBound) }
}
