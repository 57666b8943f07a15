import CLibUSB
import Glibc
import ReaderTransport
import Station
import Synchronization

/// Follows the readers that come and go by libusb's hot-plug callback, beginning with those that are there.
final class USBReaderWatch: AttachmentWatch {
    let source: SourceID
    private let context: USBContext
    let follower: USBFollower
    private var registration: libusb_hotplug_callback_handle?

    init(_ context: USBContext, _ products: ReaderProducts, on station: Station) throws(TransportError) {
        self.context = context
        source = station.makeSource()
        follower = USBFollower(station.inbox, source, products)
        // A callback may still be running when it is taken back, so what it uses stays with the context until then.
        context.followers.keep(follower)
        var handle: libusb_hotplug_callback_handle = 0
        let events = LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED.rawValue | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT.rawValue
        let any = LIBUSB_HOTPLUG_MATCH_ANY
        let code = libusb_hotplug_register_callback(
            context.pointer, Int32(events), Int32(LIBUSB_HOTPLUG_ENUMERATE.rawValue), any, any, any, changed,
            Unmanaged.passUnretained(follower).toOpaque(), &handle)
        guard code == 0 else { throw USBCode.failure(code, doing: "libusb_hotplug_register_callback") }
        registration = handle
        try context.handleEvents()
    }

    deinit { stop() }

    func stop() {
        follower.stop()
        if let registration { libusb_hotplug_deregister_callback(context.pointer, registration) }
        registration = nil
        context.followers.letGo(follower)
    }
}

/// What the callback uses, on the thread of the events and, for what is there already, on that of the station.
///
/// `@unchecked Sendable`: `present` is read and written under `mutex` only; a device may be told of twice, by both threads.
final class USBFollower: @unchecked Sendable {
    private let inbox: Inbox
    private let source: SourceID
    private let products: ReaderProducts
    private let isStopped = Atomic<Bool>(false)
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var present: [OpaquePointer: AttachmentDescription] = [:]

    init(_ inbox: Inbox, _ source: SourceID, _ products: ReaderProducts) {
        self.inbox = inbox
        self.source = source
        self.products = products
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func stop() { isStopped.store(true, ordering: .sequentiallyConsistent) }

    func changed(_ device: OpaquePointer, hasCome: Bool) {
        // Descriptors are in libusb's memory: nothing is asked of the device.
        let reader = hasCome ? USBDevice(device, products) : nil
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        let known = present[device]
        if hasCome, known == nil, let reader {
            present[device] = reader.description
            post(.arrived(reader.description))
        } else if !hasCome, let known {
            present[device] = nil
            post(.left(known))
        }
    }

    private func post(_ change: AttachmentChange) {
        guard !isStopped.load(ordering: .sequentiallyConsistent) else { return }
        inbox.post(Event(source: source, token: 0, payload: change))
    }
}

// A closure of the file: nothing is captured, and it is of no actor. 0 keeps the registration.
private let changed: libusb_hotplug_callback_fn = { _, device, event, follower in
    guard let device, let follower else { return 0 }
    Unmanaged<USBFollower>.fromOpaque(follower).takeUnretainedValue()
        .changed(device, hasCome: event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED)
    return 0
}
