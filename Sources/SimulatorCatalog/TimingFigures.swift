import AlmexCPS100WSimulator
import AtlasEXC9000Simulator
import CanonHiCARASimulator
import Cards
import FaceTerminal
import FujitsuCaoraSimulator
import GATTDevice
import PanasonicXCSTFR2Simulator
import SimulationKit
import SonyRCS380Simulator
import USBDevice

extension SimulatorModel {
    /// What virtual time is made of, in every simulation of this program, and where each figure is from.
    public static let timingFigures: [TimingFigure] =
        CardLinkTiming.contactlessFigures + CardLinkTiming.contactFigures + USBTiming.figures + GATTTiming.figures + CaoraTiming.figures
        + CPS100WTiming.figures + EXC9000Timing.figures + RCS380Timing.figures + XCSTFR2Timing.figures + HiCARATiming.figures
        + TerminalTiming.figures + ComputingTimes.figures
}
