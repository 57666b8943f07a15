/// A greyscale image, 8 bits a pixel. It may show a face: printing and reflecting it shows nothing of it.
public struct GreyImage: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// How many pixels a line has.
    public let width: Int
    /// How many lines there are.
    public let height: Int
    /// The pixels, line by line from the top, 0 for black; `width` times `height` of them.
    public let pixels: [UInt8]

    /// An image; `nil` unless there is a pixel for every place, and one place at least.
    public init?(width: Int, height: Int, pixels: [UInt8]) {
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        guard width > 0, height > 0, !overflow, pixels.count == count else { return nil }
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// The image as a binary PGM file (Netpbm, `P5`).
    public var pgm: [UInt8] { Array("P5\n\(width) \(height)\n255\n".utf8) + pixels }

    /// Never the pixels.
    public var description: String { "image" }
    /// Never the pixels.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
