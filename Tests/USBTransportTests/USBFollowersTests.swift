import ReaderTransport
import Station
import TestSupport
import Testing

@testable import USBTransport

@Suite struct USBFollowersTests {
    private final class Follower: Sendable {}

    private final class Watch {
        weak var follower: Follower?
    }

    @Test func oneThatLeavesGoesWhenTheThreadHasComeRound() {
        let followers = USBFollowers<Follower>()
        let (first, second) = (Watch(), Watch())
        do {
            let (one, two) = (Follower(), Follower())
            (first.follower, second.follower) = (one, two)
            followers.keep(one)
            followers.keep(two)
        }
        followers.cameRound()
        #expect(first.follower != nil && second.follower != nil)
        for _ in 0..<2 { if let one = first.follower { followers.letGo(one) } }
        #expect(first.follower != nil, "its callback may still be running")
        followers.cameRound()
        #expect(first.follower == nil && second.follower != nil)
    }

    /// libusb with its thread, on a bus that may be empty.
    @Test func aWatchThatEndsLeavesNothing() throws {
        let context = try USBContext()
        weak var follower: USBFollower?
        do {
            let watch = try USBReaderWatch(context, ReaderProducts(), on: Station(.real))
            follower = watch.follower
            #expect(follower != nil)
            watch.stop()
        }
        try Deadline().wait(for: "the follower to go") { follower == nil }
        #expect(follower == nil)
        withExtendedLifetime(context) {}
    }
}
