import CQRencode
import Diagnosis
import Photograph

/// A 2-D code (二次元コード, ISO/IEC 18004), such as the one with the address of the web reception (R168): dark and light modules in a square.
public struct TwoDimensionalCode: Sendable, Equatable {
    /// How many modules one side has, without the quiet zone.
    public let size: Int
    /// Which modules are dark, row by row from the top left.
    public let modules: [Bool]

    /// The quiet zone around a code, in modules (ISO/IEC 18004 clause 9.1).
    public static let quietZone = 4

    /// The code of some text, which is written into it as UTF-8 bytes; level M of error correction.
    ///
    /// Throws `code-not-encoded` for text that is empty, holds a NUL or is too long (2,331 bytes at most).
    public init(_ text: String) throws(CodeError) {
        guard !text.isEmpty, !text.utf8.contains(0) else { throw CodeError(cause: "there is no text for it") }
        guard let code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else {
            throw CodeError(cause: "\(text.utf8.count) bytes do not fit")
        }
        defer { QRcode_free(code) }
        size = Int(code.pointee.width)
        // The lowest bit of each byte says whether the module is dark.
        modules = UnsafeBufferPointer(start: code.pointee.data, count: size * size).map { $0 & 1 == 1 }
    }

    /// Whether a module is dark; those of the quiet zone around are light.
    public func isDark(row: Int, column: Int) -> Bool {
        (0..<size).contains(row) && (0..<size).contains(column) && modules[row * size + column]
    }

    /// The code with its quiet zone as a PNG file; a module is a square of `scale` pixels (1 to 64).
    ///
    /// Throws `code-not-encoded`.
    public func png(scale: Int = 8) throws(CodeError) -> [UInt8] {
        guard (1...64).contains(scale) else { throw CodeError(cause: "a module of \(scale) pixels") }
        let modules = size + 2 * Self.quietZone
        let side = modules * scale
        var pixels = [UInt8](repeating: 0xFF, count: side * side)
        for row in 0..<side {
            for column in 0..<side where isDark(row: row / scale - Self.quietZone, column: column / scale - Self.quietZone) {
                pixels[row * side + column] = 0
            }
        }
        guard let image = GreyImage(width: side, height: side, pixels: pixels) else { throw CodeError(cause: "an empty image") }
        do { return try image.png() } catch { throw CodeError(cause: error.code) }
    }
}

/// A 2-D code cannot be made.
public struct CodeError: DiagnosedError, Equatable {
    /// Its name.
    public var code: String { "code-not-encoded" }
    /// What can be done.
    public var sentence: Sentence {
        Sentence(ja: "二次元コードを作成できません。URLを確認してください。", en: "The 2-D code cannot be made; check the address.")
    }
    /// Why.
    public let cause: String?
    /// What was to be encoded is wrong.
    public var category: FailureCategory { .badData }
}
