package io.vanth.lab;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// What the data planes must do, and which tests and labs show it. Classes whose names end in `KernelLab` run in the
/// guest of [KernelLabIT], other labs end in `IT`, and the rest are tests of the ordinary build.
record Proofs(String requirement, String what, List<Place> places) {
    /// A test class, or one of its methods.
    ///
    /// @param method empty for all of the class
    record Place(String type, String method) {
        private static Place of(String text) {
            String[] parts = text.split("#", 2);
            return new Place(parts[0], parts.length == 1 ? "" : parts[1]);
        }

        @Override
        public String toString() {
            return method.isEmpty() ? type : type + "." + method;
        }
    }

    private static Proofs proof(String requirement, String what, String... places) {
        return new Proofs(requirement, what, Arrays.stream(places).map(Place::of).toList());
    }

    /// In the order of the requirements.
    static List<Proofs> all() {
        return Stream.of(interfaces(), engine(), kernel(), security(), vectors()).flatMap(List::stream).toList();
    }

    private static List<Proofs> interfaces() {
        return List.of(
                proof("D-1", "one interface, chosen by name in the configuration", "OnePlaneKernelLab",
                        "DataPlaneContract#asksForAnSaOnceAndHoldsThePackets",
                        "DataPlaneContract#refusesWhatItsCapabilitiesLeaveOut"),
                proof("D-2", "the bundle of a direction as a whole or not at all",
                        "DataPlaneContract#installsABundleWholeOrNotAtAll",
                        "XfrmTablesKernelLab#aBundleThatIsRefusedHalfWayLeavesNothing",
                        "KernelRoutesLabTest#aRefusalHalfWayLeavesNothing"),
                proof("D-3", "IKE and ESP on UDP 4500", "InboundAgentTest#handsIkeUpWithoutItsMarker",
                        "InboundAgentTest#sendsIkeWithItsMarkerAndCountsKeepalives",
                        "XfrmStrongSwanKernelLab#carriesTraffic"),
                proof("D-4", "one contract for all", "UserspaceContractTest", "RawContractTest",
                        "UserspaceLayerContractTest", "XfrmContractKernelLab", "XfrmLayersKernelLab"),
                proof("D-5", "keys are owned, wiped and never printed", "SecretTest",
                        "DataPlaneContract#listsAssociationsWithoutKeys"));
    }

    private static List<Proofs> engine() {
        return List.of(
                proof("D-6", "ESP and AH, both modes, both families, raw and in UDP, ESN, replay",
                        "EngineKernelLab#exchangesWithTheKernel", "LayerMatrixTest#carriesTunnelsInTunnels",
                        "ReplayWindowTest#agreesWithASetThatForgetsNothing"),
                proof("D-7", "transforms", "EngineKernelLab#understandsTheKernelsTransform",
                        "EngineKernelLab#understandsTheKernelsAh",
                        "EngineKernelLab#understandsTheKernelsExtendedNumbers",
                        "PacketCipherVectorTest#decryptsWhatStandardsPrint",
                        "IntegrityVectorTest#hmacsAreThoseOfTheRfcs"),
                proof("D-8", "IPComp", "EngineKernelLab#exchangesWithTheKernel",
                        "LayerRulesTest#compressesWhatGetsSmallerAndNothingElse"),
                proof("D-9", "policies, and nothing in clear", "LeakIT", "LeakKernelLab", "FullTunnelIT",
                        "PolicyIndexTest#theLowestOrderDecides", "LinuxNetworkSetupLabTest",
                        "RouteBasedIT", "RouteBasedKernelLab", "MixedTunnelsIT",
                        "MixedTunnelsKernelLab", "XfrmInterfacesKernelLab",
                        "XfrmFullTunnelKernelLab",
                        "BundleRulesTest#whatCameThroughTheOuterSaAloneIsDropped"),
                proof("D-10", "MTU, ICMP, DF, ECN, DSCP", "PathIT", "HeaderKernelLab", "PathKernelLab",
                        "OutboundAgentTest#tellsTheSenderWhatFits", "LayerRulesTest#congestionOnTheWayIsTold",
                        "LayerRulesTest#aTunnelTakesDscpEcnAndDfOver"),
                proof("D-11", "TUN and UDP with offloads, nothing allocated", "LinuxTunLabTest",
                        "TcpOffloadTest#joinsWhatWasCut",
                        "NatTraversalSocketTest#aRunIsSentAndReceivedWithOneCall",
                        "AllocationTest#theOutboundAgentAllocatesNothing",
                        "AllocationTest#theInboundAgentAllocatesNothing",
                        "UdpOffloadTest#cutsWhatWasJoined"),
                proof("D-12", "counters", "DataPlaneContract#countsWhatAnSaCarries",
                        "InboundAgentTest#dropsGarbageOfEveryLengthWithAReason"),
                proof("D-13", "traffic flow confidentiality", "FlowConfidentialityTest",
                        "InboundAgentTest#cutsPaddingBehindTheInnerPacketOff", "FlowConfidentialityKernelLab"),
                proof("D-14", "devices and ports in memory", "DemoTest",
                        "OutboundAgentTest#deliversEachPacketOnceOverABadNetwork"));
    }

    private static List<Proofs> kernel() {
        return List.of(
                proof("D-15", "the kernel's tables by netlink", "XfrmCodecTest", "XfrmContractKernelLab",
                        "XfrmLayersKernelLab",
                        "XfrmTablesKernelLab",
                        "XfrmReportsKernelLab#limitsThatWereReachedUnheardAreFoundOnce"),
                proof("D-16", "restart: nothing stale, nothing of others touched",
                        "XfrmStrongSwanKernelLab#killedItLeavesNothingOpenAndTouchesNothingOfOthers",
                        "XfrmTablesKernelLab#theNextRunRemovesWhatOneThatWasKilledLeft",
                        "NetlinkDumpTest#anInterruptedDumpIsRepeated"),
                proof("D-17", "what a kernel lacks is named", "XfrmDataPlaneLabTest#aKernelWithoutEspIsNamed",
                        "XfrmTablesKernelLab#anAlgorithmThatTheKernelLacksIsNamed"),
                proof("D-18", "the same contract and the same scenarios on the kernel", "XfrmContractKernelLab",
                        "XfrmStrongSwanKernelLab", "LeakKernelLab",
                        "XfrmRekeyKernelLab",
                        "XfrmTranslationKernelLab"),
                proof("D-19", "manual keys and policies", "ManualKernelLab", "ServiceManualKernelLab",
                        "ManualConfigTest", "ManualTableTest", "ManualLifeTest", "ManualDaemonTest",
                        "PolicySelectorsTest",
                        "PolicyContract#anSaWithoutSelectorsServesThePoliciesOfItsGroup"),
                proof("D-20", "this table, and the audit of RFC 4301", "ProofsTest", "AuditTest"));
    }

    private static List<Proofs> security() {
        return List.of(
                proof("S-24", "garbage of every length, edges of windows, the end of numbers, fragments, MTUs",
                        "InboundAgentTest#dropsGarbageOfEveryLengthWithAReason",
                        "LayerRulesTest#garbageOfAllLengthsIsDroppedWithAReason", "EspFuzzTest#refusesAnyBytes",
                        "EspFuzzTest#refusesEveryMutant", "LayerFuzzTest#survivesARoguePeer",
                        "ReplayWindowTest#acceptsTheWindowAndNothingLeftOfIt",
                        "ReplayWindowTest#goesOverTheSignOfAnInt",
                        "LifetimeMeterTest#endsBeforeTheSequenceNumberComesAgain",
                        "FragmentAssemblyTest#givesUpWhatOverlaps",
                        "FragmentAssemblyTest#givesUpWhatLiesBehindTheLastFragment",
                        "PreparedSaTest#numbersOf32BitsEnd"),
                proof("S-25", "nothing in clear, whatever happens to the daemon", "LeakIT", "LeakKernelLab"),
                proof("S-26", "no reserved SPI, nothing half-way",
                        "DataPlaneContract#neverAllocatesAReservedSpiOrOneTwice",
                        "DataPlaneContract#installsABundleWholeOrNotAtAll",
                        "XfrmTablesKernelLab#reservedNumbersAreNotAllocated",
                        "XfrmTablesKernelLab#aBundleThatIsRefusedHalfWayLeavesNothing"));
    }

    private static List<Proofs> vectors() {
        return List.of(
                proof("RFC 3602", "packets of section 4", "EspVectorTest#opensThePacketsOfRfc3602",
                        "EspVectorTest#opensCase7OfRfc3602"),
                proof("RFC 4106", "packets with GCM", "CombinedModeVectorTest#opensGcmPackets"),
                proof("corpora/esp", "whole packets of others", "EspVectorTest#opensWholePacketsOfDpdk",
                        "EspVectorTest#ccmIsThatOfWycheproof"));
    }

    @Override
    public String toString() {
        return "%-12s %-75s %s".formatted(requirement, what,
                String.join(", ", places.stream().map(Place::toString).toList()));
    }
}
