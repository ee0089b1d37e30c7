package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;

/// One command with its arguments. A new command is a file here, a name in this list, and a row in
/// [Verb].
public sealed interface Command
    permits Append,
        Authenticate,
        CancelUpdate,
        Capability,
        Check,
        ChooseLanguage,
        Close,
        Compress,
        Copy,
        Create,
        Delete,
        DeleteAcl,
        Enable,
        Expunge,
        Fetch,
        GenUrlAuth,
        GetAcl,
        GetMetadata,
        GetQuota,
        GetQuotaRoot,
        Id,
        Idle,
        ListMailboxes,
        ListRights,
        Login,
        Logout,
        Lsub,
        Move,
        MultiSearch,
        MyRights,
        Namespace,
        Noop,
        Notify,
        Rename,
        Replace,
        ResetKey,
        Search,
        Select,
        SetAcl,
        SetComparator,
        SetMetadata,
        SetQuota,
        Sort,
        StartTls,
        Status,
        StoreFlags,
        StoreLabels,
        Subscribe,
        UidBatches,
        Unauthenticate,
        ThreadMessages,
        Unselect,
        Unsubscribe,
        UrlFetch,
        Xlist {

  /// Does it, writes untagged responses, and returns the tagged OK. What goes wrong is thrown:
  /// [org.posthorn.imap.wire.CommandException], or the store's own exceptions.
  Reply run(ImapSession s) throws IOException;
}
