import Commands
import Diagnosis
import Synchronization

/// The key that a site has given its Bluetooth readers instead of the maker's, which is published.
enum ReaderKey {
    /// Where it comes from. The command line is no such place.
    static let variable = Variable(
        "KAZASU_READER_KEY",
        Sentence(
            ja: "施設で設定したBluetoothカードリーダーの鍵（16文字、または16進32桁。sim: の鍵はメーカーのもの）",
            en:
                "The key that a site has set in its Bluetooth readers, 16 characters or 32 hexadecimal digits; sim: readers have the maker's"
        ))
    static let descriptor = ValueOption<Int32>(
        "reader-key-fd", placeholder: "N",
        Sentence(
            ja: "施設で設定したBluetoothカードリーダーの鍵を読むファイル記述子（sim: の鍵はメーカーのもの）",
            en: "Read the key that a site has set in its Bluetooth readers from this file descriptor; sim: readers have the maker's"))

    /// What the environment of this process held, taken out of it the first time; `nil` where there was none. One that cannot be a key is
    /// empty, which the driver refuses.
    static let ofEnvironment: Secret? = {
        do throws(SecretError) { return try Environment.process.takeSecret(variable.name).map(key) } catch { return Secret([]) }
    }()

    private static let ofDescriptor = Mutex<Secret?>(nil)

    /// The key that was given to this process: by descriptor, else by variable.
    static var given: Secret? { ofDescriptor.withLock { $0 } ?? ofEnvironment }

    /// Reads the descriptor, where a command names one. Throws where there is no key to be read.
    static func read(for invocation: Invocation, _ cancellation: Cancellation) throws(SecretError) {
        guard let descriptor = invocation[descriptor] else { return }
        let read = key(try SecretInput.read(descriptor: descriptor, cancellation: cancellation))
        ofDescriptor.withLock { $0 = read }
    }

    /// The bytes that 32 hexadecimal digits write; anything else as it is.
    static func key(_ text: Secret) -> Secret {
        text.withBytes { digits in
            let values = digits.indices.map { value(digits[$0]) }
            guard values.count == 32, values.allSatisfy({ $0 != nil }) else { return text }
            return Secret(stride(from: 0, to: 32, by: 2).map { (values[$0] ?? 0) << 4 | (values[$0 + 1] ?? 0) })
        }
    }

    private static func value(_ digit: UInt8) -> UInt8? { Character(UnicodeScalar(digit)).hexDigitValue.map { UInt8($0) } }
}
