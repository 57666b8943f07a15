/// What a device says of itself (USB 2.0 clause 9.6.1).
public struct USBIdentity: Sendable, Hashable {
    /// `idVendor`.
    public var vendorID: UInt16
    /// `idProduct`.
    public var productID: UInt16
    /// `bcdDevice`.
    public var release: UInt16
    /// The string of `iManufacturer`.
    public var manufacturer: String
    /// The string of `iProduct`.
    public var product: String
    /// The string of `iSerialNumber`.
    public var serialNumber: String

    /// An identity.
    public init(
        vendorID: UInt16, productID: UInt16, release: UInt16 = 0x0100, manufacturer: String, product: String, serialNumber: String
    ) {
        self.vendorID = vendorID
        self.productID = productID
        self.release = release
        self.manufacturer = manufacturer
        self.product = product
        self.serialNumber = serialNumber
    }
}
