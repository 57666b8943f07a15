import Centre
import Diagnosis

extension OperationKey {
    /// A new key: 16 random bytes in hexadecimal digits.
    public static func random(using generator: inout some RandomNumberGenerator) -> OperationKey {
        let bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return OperationKey(Hexadecimal.text(bytes))
    }

    /// A new key that nobody can foresee.
    public static func random() -> OperationKey {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }
}
