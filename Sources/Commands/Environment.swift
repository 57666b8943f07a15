import Diagnosis
import Glibc

/// The environment variables: those of the process, or a fixed table in tests.
///
/// The process's variables are looked up one by one and never copied as a whole, because some of them are secrets.
public struct Environment: Sendable {
    private let table: [String: String]?

    /// The variables of this process.
    public static let process = Environment(table: nil)

    /// A fixed table.
    public init(_ table: [String: String]) { self.table = table }

    private init(table: [String: String]?) { self.table = table }

    /// The variable's value; `nil` where it is not set.
    public subscript(name: String) -> String? {
        if let table { return table[name] }
        return getenv(name).map { String(cString: $0) }
    }

    /// The language that the first set one of LC_ALL, LC_MESSAGES and LANG asks for (POSIX.1-2017 Base Definitions clause 8.2).
    public var language: Language {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            if let locale = self[name], !locale.isEmpty { return Language(locale: locale) }
        }
        return .english
    }

    /// Takes a secret out of the environment: the variable is overwritten and unset, so that no child and no
    /// reader of `/proc/PID/environ` finds it later. `nil` where it is not set.
    ///
    /// Throws `SecretError.tooLong`, and takes it out nevertheless.
    public func takeSecret(_ name: String) throws(SecretError) -> Secret? {
        if let table {
            guard let bytes = table[name]?.utf8 else { return nil }
            if bytes.count > SecretInput.limit { throw .tooLong }
            return Secret(Array(bytes))
        }
        guard let value = getenv(name) else { return nil }
        let length = strlen(value)
        defer {
            explicit_bzero(value, length)
            unsetenv(name)
        }
        if length > SecretInput.limit { throw .tooLong }
        return Secret(UnsafeRawBufferPointer(start: value, count: length))
    }
}
