/// The descriptors of an interface of class HID and the requests of its class (HID 1.11 clauses 6.2 and 7), for a function that has one.
///
/// Reports are numbered, and all of one length. Nothing is told by GET_REPORT: what is new comes at the endpoint.
public struct HIDReports: Sendable {
    /// The report descriptor (HID 1.11 clause 6.2.2).
    public let reportDescriptor: [UInt8]
    /// The numbers of the reports to the host.
    public let inputs: Set<UInt8>
    /// The numbers of the reports from the host.
    public let outputs: Set<UInt8>
    /// How long a report is with its number, in bytes.
    public let length: Int

    /// Reports.
    public init(reportDescriptor: [UInt8], inputs: Set<UInt8>, outputs: Set<UInt8>, length: Int) {
        self.reportDescriptor = reportDescriptor
        self.inputs = inputs
        self.outputs = outputs
        self.length = length
    }

    /// The descriptor between those of the interface and of its endpoints (HID 1.11 clause 6.2.1): HID 1.11, no country, one report descriptor.
    public var descriptor: [UInt8] { [9, 0x21, 0x11, 0x01, 0, 1, 0x22] + word(UInt16(clamping: reportDescriptor.count)) }

    /// How a request is answered.
    public enum Answer: Sendable, Hashable {
        /// By these bytes; empty for a request without data.
        case bytes([UInt8])
        /// It brings a report from the host, to be taken as at the endpoint.
        case report([UInt8])
    }

    /// The answer to a request to the interface; `nil` for a STALL.
    public func answer(_ setup: SetupPacket, data: [UInt8]) -> Answer? {
        let (high, low) = (UInt8(setup.value >> 8), UInt8(truncatingIfNeeded: setup.value))
        switch (setup.requestType, setup.request) {
        // GET_DESCRIPTOR (HID 1.11 clause 7.1.1).
        case (0x81, 0x06) where setup.value == 0x2100: return .bytes(descriptor)
        case (0x81, 0x06) where setup.value == 0x2200: return .bytes(reportDescriptor)
        // GET_REPORT and SET_REPORT (clauses 7.2.1 and 7.2.2): the type in the upper byte, 1 for input and 2 for output.
        case (0xA1, 0x01) where high == 1 && inputs.contains(low):
            return .bytes([low] + [UInt8](repeating: 0, count: length - 1))
        case (0x21, 0x09) where high == 2 && outputs.contains(low) && data.count == length && data.first == low: return .report(data)
        // GET_IDLE and SET_IDLE (clauses 7.2.3 and 7.2.4): 0 means that only what is new is reported.
        case (0xA1, 0x02): return .bytes([0])
        case (0x21, 0x0A) where high == 0: return .bytes([])
        default: return nil
        }
    }
}
