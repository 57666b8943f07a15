/// What has gone wrong on the bench of a test, as opposed to an expectation that is not met.
public struct BenchError: Error, CustomStringConvertible {
    /// What it was, for the person who runs the tests.
    public let description: String

    /// An error that says `description`.
    public init(_ description: String) { self.description = description }
}
