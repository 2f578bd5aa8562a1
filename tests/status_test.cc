#include "ipc/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "ipc/protocol.h"

namespace goxel {
namespace {

constexpr int kLastCode = static_cast<int>(StatusCode::kInternal);

Result<int> Half(int n) {
  if (n % 2 != 0) return Fail(StatusCode::kInvalidArgument, "odd");
  return n / 2;
}

Status HalfOnly(int n) {
  if (n % 2 != 0) return Fail(StatusCode::kInvalidArgument, "odd");
  return {};
}

std::string ErrnoName(const Status& status) {
  return std::get<std::string>(status.details().at(0).value);
}

TEST(Status, DefaultIsOk) {
  EXPECT_TRUE(Status().ok());
  EXPECT_EQ(ToString(Status().code()), "ok");
}

TEST(Status, FailServesResultsAndStatuses) {
  EXPECT_EQ(*Half(4), 2);
  EXPECT_EQ(Half(3).error().code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(HalfOnly(4).ok());
  EXPECT_EQ(HalfOnly(3).message(), "odd");
}

TEST(Status, EveryCodeHasItsOwnWord) {
  std::set<std::string_view> words;
  for (int code = 0; code <= kLastCode; ++code) {
    words.insert(ToString(static_cast<StatusCode>(code)));
  }

  EXPECT_EQ(words.size(), static_cast<std::size_t>(kLastCode) + 1);
}

TEST(Status, ErrnoBecomesTheCodeThatSaysWhatToDo) {
  const auto code = [](int error_number) {
    return Status::FromErrno("open x", error_number).code();
  };

  EXPECT_EQ(code(ENOENT), StatusCode::kNotFound);
  EXPECT_EQ(code(EACCES), StatusCode::kPermissionDenied);
  EXPECT_EQ(code(EPERM), StatusCode::kPermissionDenied);
  EXPECT_EQ(code(ENOSPC), StatusCode::kStorageFailed);
  EXPECT_EQ(code(EDQUOT), StatusCode::kStorageFailed);
  EXPECT_EQ(code(EROFS), StatusCode::kStorageFailed);
  EXPECT_EQ(code(EIO), StatusCode::kStorageFailed);
  EXPECT_EQ(code(EMFILE), StatusCode::kResourceExhausted);
  EXPECT_EQ(code(ENFILE), StatusCode::kResourceExhausted);
  EXPECT_EQ(code(ENOMEM), StatusCode::kResourceExhausted);
  EXPECT_EQ(code(EBADF), StatusCode::kInternal);
}

TEST(Status, ErrnoKeepsContextAndName) {
  const Status status = Status::FromErrno("bind /run/x.sock", ENOSPC);

  EXPECT_THAT(status.message(),
              testing::StartsWith("bind /run/x.sock: No space left"));
  EXPECT_EQ(status.details().at(0).key, "errno");
  EXPECT_EQ(ErrnoName(status), "ENOSPC");
}

TEST(Status, UnknownErrnoKeepsItsNumber) {
  EXPECT_EQ(ErrnoName(Status::FromErrno("x", 99999)), "99999");
}

TEST(Status, DetailsKeepTheirOrder) {
  const Status status =
      Status(StatusCode::kResourceExhausted, "full")
          .With("max_size", 1073741824)
          .With("hint", "wait")
          .With("modes", std::vector<std::string>{"fd", "base64"});

  ASSERT_EQ(status.details().size(), 3u);
  EXPECT_EQ(std::get<std::int64_t>(status.details()[0].value), 1073741824);
  EXPECT_EQ(std::get<std::string>(status.details()[1].value), "wait");
  EXPECT_EQ(std::get<std::vector<std::string>>(status.details()[2].value),
            (std::vector<std::string>{"fd", "base64"}));
}

TEST(Status, RetoldKeepsTheDetails) {
  const Status retold =
      Status::FromErrno("write", ENOSPC)
          .Retold(StatusCode::kStorageFailed, "the disk is full");

  EXPECT_EQ(retold.code(), StatusCode::kStorageFailed);
  EXPECT_EQ(retold.message(), "the disk is full");
  EXPECT_EQ(ErrnoName(retold), "ENOSPC");
}

TEST(Protocol, EveryCodeSurvivesTheWire) {
  for (int i = 1; i <= kLastCode; ++i) {
    const auto code = static_cast<StatusCode>(i);
    EXPECT_EQ(StatusCodeFromWire(WireErrorCode(code), ToString(code)), code);
  }
}

TEST(Protocol, WireCodesAreTheDocumentedOnes) {
  EXPECT_EQ(WireErrorCode(StatusCode::kInvalidArgument), -32602);
  EXPECT_EQ(WireErrorCode(StatusCode::kInternal), -32603);
  EXPECT_EQ(WireErrorCode(StatusCode::kNotFound), -32001);
  EXPECT_EQ(WireErrorCode(StatusCode::kPermissionDenied), -32002);
  EXPECT_EQ(WireErrorCode(StatusCode::kResourceExhausted), -32003);
  EXPECT_EQ(WireErrorCode(StatusCode::kTooLarge), -32004);
  EXPECT_EQ(WireErrorCode(StatusCode::kStorageFailed), -32005);
  EXPECT_EQ(WireErrorCode(StatusCode::kUnavailable), -32006);
  EXPECT_EQ(WireErrorCode(StatusCode::kFailedPrecondition), -32006);
  EXPECT_EQ(WireErrorCode(StatusCode::kFileTransferDisabled), -32007);
  EXPECT_EQ(WireErrorCode(StatusCode::kIncompatibleProtocol), -32008);
  EXPECT_EQ(WireErrorCode(StatusCode::kRenderFailed), -32009);
  EXPECT_EQ(WireErrorCode(StatusCode::kDataLoss), -32010);
  EXPECT_EQ(WireErrorCode(StatusCode::kCancelled), -32011);
  EXPECT_EQ(WireErrorCode(StatusCode::kTimedOut), -32011);
}

TEST(Protocol, NumberAloneIsUnderstood) {
  EXPECT_EQ(StatusCodeFromWire(-32001, ""), StatusCode::kNotFound);
  EXPECT_EQ(StatusCodeFromWire(-32006, ""), StatusCode::kUnavailable);
  EXPECT_EQ(StatusCodeFromWire(-32601, ""), StatusCode::kInvalidArgument);
  EXPECT_EQ(StatusCodeFromWire(-1003, "new_reason"), StatusCode::kInternal);
}

TEST(Protocol, ReasonBeatsNumber) {
  EXPECT_EQ(StatusCodeFromWire(-32011, "timed_out"), StatusCode::kTimedOut);
  EXPECT_EQ(StatusCodeFromWire(-32006, "failed_precondition"),
            StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace goxel
