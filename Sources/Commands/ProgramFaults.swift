extension Program {
    /// What is wrong with the table itself, for the tests of a program: empty where it is sound.
    ///
    /// Two options or commands of one name, a short name used twice, an operand after one of uncertain count.
    public var faults: [String] { faults(of: root, [name]) }

    private func faults(of command: Command, _ path: [String]) -> [String] {
        let place = path.joined(separator: " ")
        var faults = repeated(command.knownOptions.flatMap(\.forms)).map { "\(place): \($0) is declared twice" }
        faults += repeated(command.subcommands.map(\.name)).map { "\(place): the command \($0) is declared twice" }
        for operand in command.operands.dropLast() where operand.count != .one {
            faults.append("\(place): \(operand.name) may be there or not, so nothing can follow it")
        }
        return faults + command.subcommands.flatMap { self.faults(of: $0, path + [$0.name]) }
    }

    private func repeated(_ names: [String]) -> [String] {
        var seen = Set<String>()
        return names.filter { !seen.insert($0).inserted }
    }
}
