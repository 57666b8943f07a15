import CLibUSB

/// An open device with the interfaces that were claimed. Used on the station's thread only.
final class USBHandle {
    /// How long the transfers may take to come back once they were cancelled, in seconds. The kernel gives them back at once.
    private static let patience = 2

    let pointer: OpaquePointer
    /// The transfers that libusb has not given back.
    let flights = FlightCount()
    private var claimed: [Int32] = []
    private var isClosed = false
    // libusb needs its context as long as a device is open.
    private let context: USBContext

    init(_ pointer: OpaquePointer, context: USBContext) {
        self.pointer = pointer
        self.context = context
        // A module of the kernel that holds an interface gets it back afterwards.
        libusb_set_auto_detach_kernel_driver(pointer, 1)
    }

    deinit { close() }

    /// Claims an interface in the setting that is described; the code of libusb.
    func claim(_ interface: USBInterface) -> Int32 {
        let number = Int32(interface.number)
        let code = libusb_claim_interface(pointer, number)
        guard code == 0 else { return code }
        claimed.append(number)
        // The first setting is in force without a word; some devices refuse to be told so.
        return interface.setting == 0 ? 0 : libusb_set_interface_alt_setting(pointer, number, Int32(interface.setting))
    }

    /// Gives interfaces and device back once every transfer has come back. A device whose transfers do not come back is left open with all of
    /// libusb, which still writes to their buffers.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        guard flights.waitForAll(seconds: Self.patience) else {
            _ = Unmanaged.passRetained(context)
            return
        }
        for interface in claimed { libusb_release_interface(pointer, interface) }
        libusb_close(pointer)
    }
}
