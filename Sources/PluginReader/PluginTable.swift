import CReaderPlugin

/// A struct of the C interface that begins with its size, as one side has filled it.
protocol SizedTable {
    /// All zero: nothing filled.
    init()
    /// How much must be filled for it to mean anything, in bytes.
    static var leastSize: Int { get }
}

extension SizedTable {
    /// A copy of what lies at `pointer`: no more than the other side has filled, and the rest zero. `nil` for a size that no version has had.
    ///
    /// That the memory is there is the plugin's promise; nobody can check a pointer.
    init?(at pointer: UnsafeRawPointer) {
        let filled = Int(pointer.loadUnaligned(as: UInt32.self))
        guard filled >= Self.leastSize else { return nil }
        self.init()
        withUnsafeMutableBytes(of: &self) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: min(filled, $0.count)))
        }
    }
}

extension SizedTable {
    /// Nothing: what cannot be missing is looked for by itself.
    static var leastSize: Int { 0 }
}

extension kazasu_plugin: SizedTable {
    /// All of version 1.
    static var leastSize: Int { 24 }
}

extension kazasu_event: SizedTable {
    /// All of version 1.
    static var leastSize: Int { 48 }
}

extension kazasu_reader_functions: SizedTable {
    /// Everything up to `disconnect`: a reader of cards and no more.
    static var leastSize: Int { 64 }
}

extension kazasu_patient_screen: SizedTable {}
extension kazasu_face_camera: SizedTable {}
extension kazasu_pin_pad: SizedTable {}
extension kazasu_staff_panel: SizedTable {}
extension kazasu_escape: SizedTable {}

/// The tables of one reader, each as far as its plugin has filled it. A facet without a function that it cannot do without is none.
struct PluginFunctions {
    let reader: kazasu_reader_functions
    let screen: kazasu_patient_screen?
    let camera: kazasu_face_camera?
    let keypad: kazasu_pin_pad?
    let staff: kazasu_staff_panel?
    let escape: kazasu_escape?

    /// What lies at `pointer`. Throws what is missing, in words.
    init(at pointer: UnsafePointer<kazasu_reader_functions>) throws(PluginFault) {
        guard let reader = kazasu_reader_functions(at: UnsafeRawPointer(pointer)) else {
            throw PluginFault("a table of functions that is too small")
        }
        guard reader.close != nil, reader.connect != nil, reader.transmit != nil, reader.disconnect != nil else {
            throw PluginFault("close, connect, transmit or disconnect is missing")
        }
        self.reader = reader
        screen = try Self.facet(reader.patient_screen) { $0.show != nil }
        camera = try Self.facet(reader.face_camera) { $0.read_card_face != nil && $0.match != nil }
        keypad = try Self.facet(reader.pin_pad) { $0.verify != nil }
        staff = try Self.facet(reader.staff_panel) {
            $0.shows_staff_button != nil && $0.announce_passcode != nil && $0.ask_passcode != nil && $0.wait_for_visual_check != nil
                && $0.restart != nil
        }
        escape = try Self.facet(reader.escape) { $0.escape != nil }
        let asks = screen != nil || camera != nil || keypad != nil || staff != nil
        if asks && reader.withdraw == nil { throw PluginFault("prompts that cannot be withdrawn") }
    }

    private static func facet<Table: SizedTable>(
        _ pointer: UnsafePointer<Table>?, isWhole: (Table) -> Bool
    ) throws(PluginFault) -> Table? {
        guard let pointer else { return nil }
        guard let table = Table(at: UnsafeRawPointer(pointer)), isWhole(table) else {
            throw PluginFault("a \(Table.self) that is not whole")
        }
        return table
    }
}

/// What a plugin has got wrong, in words for its author.
struct PluginFault: Error {
    let cause: String

    init(_ cause: String) { self.cause = cause }
}
