/// How much of a command may be written down: in a trace, in a log, on a screen.
///
/// Everything is hidden that is not on this list, so that nobody has to know every instruction that carries a secret:
/// - header and length fields of a well-formed command;
/// - the data of SELECT (ISO/IEC 7816-4 clause 7.1.1), which names an application or a file, in the classes `00` to `03` and up to the 16
///   bytes of the longest name (clause 8.2.1.2). Under secure messaging, in a chain and in a class of the maker's own (bit 8 of CLA,
///   clause 5.4.1) its data may be anything.
///
/// Each command is looked at by itself. So the last link of a chain of SELECT would be shown where it is short; a name never needs a chain.
public enum ShownCommand {
    /// How many bytes from the beginning may be seen; none of what is no command.
    public static func count(of command: Span<UInt8>) -> Int {
        guard let layout = try? CommandLayout(command) else { return 0 }
        return layout.data.isEmpty || isName(layout) ? command.count : layout.data.lowerBound
    }

    private static func isName(_ layout: CommandLayout) -> Bool {
        layout.header.ins == 0xA4 && layout.header.cla <= 0x03 && layout.data.count <= 16
    }
}
