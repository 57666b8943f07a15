import ReaderTransport
import Station

/// One interface of a simulated device and what it does: a card reader, a vendor's control lane, a keyboard.
///
/// A passive object like the device: no thread, no clock. Calls come in the order of time.
public protocol USBFunction: AnyObject {
    /// What the interface's descriptors say, with its endpoints.
    var interface: USBInterface { get }
    /// What a driver sees it as.
    var laneKind: Lane.Kind { get }
    /// How many slots for cards it has.
    var slots: UInt8 { get }

    /// The device was configured: the interface works from now on (USB 2.0 clause 9.1.1.5).
    func start(at now: Instant)
    /// The device was deconfigured, reset or unplugged: power is gone.
    func stop(at now: Instant)

    /// Answers a request to the interface that is not answered for every interface alike: of its class, its vendor, or for a descriptor
    /// of its own.
    ///
    /// - Returns: what is sent to the host, empty for a request without data; `nil` for a STALL.
    func answer(_ setup: SetupPacket, data: [UInt8], at now: Instant) -> [UInt8]?

    /// Takes what has arrived at the output endpoint; with `endsTransfer` a packet has come that ends the transfer.
    func receive(_ bytes: [UInt8], endsTransfer: Bool, at now: Instant)
    /// Whether there is room for more; else the output endpoint answers NAK.
    var takesOutput: Bool { get }

    /// When it does something by itself.
    var nextDue: Instant? { get }
    /// Lets time pass; afterwards `nextDue` is later than `now` or `nil`.
    func advance(to now: Instant)
}

/// The descriptors of an interface (USB 2.0 clause 9.6.5) and its endpoints.
public struct USBInterface {
    /// `bInterfaceClass`.
    public let classCode: UInt8
    /// `bInterfaceSubClass`.
    public let subclass: UInt8
    /// `bInterfaceProtocol`.
    public let protocolCode: UInt8
    /// The string of `iInterface`; `nil` for none.
    public let name: String?
    /// The descriptor of the class, between those of the interface and of its endpoints; may be empty.
    public let classDescriptor: [UInt8]
    /// Where the host sends to, if anywhere.
    public let output: USBEndpoint?
    /// Where the host reads from, if anywhere: bulk, or interrupt for reports.
    public let input: USBEndpoint?
    /// Where the device speaks up by itself beside `input`.
    public let interrupt: USBEndpoint?

    /// An interface.
    public init(
        classCode: UInt8, subclass: UInt8 = 0, protocolCode: UInt8 = 0, name: String? = nil, classDescriptor: [UInt8] = [],
        output: USBEndpoint? = nil, input: USBEndpoint? = nil, interrupt: USBEndpoint? = nil
    ) {
        self.classCode = classCode
        self.subclass = subclass
        self.protocolCode = protocolCode
        self.name = name
        self.classDescriptor = classDescriptor
        self.output = output
        self.input = input
        self.interrupt = interrupt
    }

    /// Its endpoints in the order of the descriptors.
    public var endpoints: [USBEndpoint] { [output, input, interrupt].compactMap { $0 } }
}
